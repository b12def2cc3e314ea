/** The largest value any numeric option takes: what a signed 32-bit integer, the original service's type, can hold. */
export const MAX_INTEGER: number = 2 ** 31 - 1

/** The longest webhook URL that is accepted, in characters. */
export const MAX_URL_LENGTH = 2048

/** The largest config document that is read, in UTF-16 units. */
export const MAX_DOCUMENT_LENGTH = 65_536

export const DEFAULT_CONFIG_KEY = 'meta:log:webhook'

/** What a rule falls back to where neither the document nor the options say anything. */
export const ruleDefaults = {
  threshold: 10,
  windowSeconds: 60,
  cooldownSeconds: 300,
  statusCodeThreshold: 500,
  windowType: 'sliding',
  maxGroups: 1000,
  sendResolved: false,
} as const

export const DEFAULT_CLOSE_TIMEOUT_MS = 5000
export const DEFAULT_MIN_LEVEL = 'warn'
export const DEFAULT_ON_REDIS_DOWN = 'local'
