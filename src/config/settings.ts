// The document laid over the options: what is in force. Seconds become milliseconds here and nowhere else.
import { ruleDefaults } from './defaults.js'
import { originOf } from './destination.js'
import type { ConfigDocument } from './document.js'
import type { RuleOptions, WindowType } from './options.js'

/** One rule with nothing left to inherit. */
export interface RuleSettings {
  readonly name: string
  /** Never true where `url` is blank. */
  readonly enabled: boolean
  readonly url: string
  /** Blank where there is none, or none that may go to the url's origin. */
  readonly secret: string
  readonly threshold: number
  readonly windowMs: number
  readonly cooldownMs: number
  readonly statusCodeThreshold: number
  readonly windowType: WindowType
}

export interface Settings {
  readonly rules: readonly RuleSettings[]
  /** The options hold a secret that stays here, since the url in force has another origin. */
  readonly isSecretWithheld: boolean
}

/** What is in force with this document, or, where the key is missing, with the options alone. */
export function resolveSettings(options: RuleOptions, document: ConfigDocument | undefined): Settings {
  const url = document?.url ?? options.url ?? ''
  const secret = secretFor(url, options, document)
  const rule: RuleSettings = {
    name: 'default',
    enabled: url !== '' && isEnabled(options, document),
    url,
    secret,
    threshold: positive(document?.threshold, options.threshold, ruleDefaults.threshold),
    windowMs: 1000 * positive(document?.window_seconds, options.windowSeconds, ruleDefaults.windowSeconds),
    cooldownMs: 1000 * positive(document?.cooldown_seconds, options.cooldownSeconds, ruleDefaults.cooldownSeconds),
    statusCodeThreshold: positive(
      document?.status_code_threshold,
      options.statusCodeThreshold,
      ruleDefaults.statusCodeThreshold,
    ),
    windowType: document?.window_type ?? options.windowType ?? ruleDefaults.windowType,
  }
  const isSecretWithheld =
    rule.enabled && secret === '' && document?.secret === undefined && (options.secret ?? '') !== ''
  return { rules: [rule], isSecretWithheld }
}

function isEnabled(options: RuleOptions, document: ConfigDocument | undefined): boolean {
  if (document?.enabled !== undefined) return document.enabled
  // The original decodes a missing member as false, so a document that names a destination must also switch it on.
  if (document?.url !== undefined) return false
  return options.enabled ?? (options.url ?? '') !== ''
}

/** A secret is inherited only while the url in force has the origin of the url beside which the secret was given. */
function secretFor(url: string, options: RuleOptions, document: ConfigDocument | undefined): string {
  if (document?.secret !== undefined) return document.secret
  return originOf(options.url ?? '') === originOf(url) ? (options.secret ?? '') : ''
}

function positive(documented: number | undefined, option: number | undefined, fallback: number): number {
  if (documented === undefined) return option ?? fallback
  return documented > 0 ? documented : fallback
}

/** What is wrong with a destination outside of `allowedOrigins`, which only code may set; undefined where nothing is. */
export function refusedOrigin({ rules }: Settings, allowedOrigins: readonly string[] | undefined): string | undefined {
  if (allowedOrigins === undefined) return undefined
  const isRefused = rules.some(({ url }) => url !== '' && !allowedOrigins.includes(originOf(url)))
  return isRefused ? 'Expected `url` to be in one of `allowedOrigins`, got another origin' : undefined
}
