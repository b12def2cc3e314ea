// Reading and writing the run-time config by the rules of the original service; see README, Run-time config.
import { systemClock } from '../clock.js'
import { redisTarget } from '../config/checks/redis-option.js'
import { DEFAULT_CLOSE_TIMEOUT_MS, DEFAULT_CONFIG_KEY } from '../config/defaults.js'
import { type ConfigDocument, documentRuleMembers, parseDocument, parseMembers } from '../config/document/document.js'
import { isObject, type Stored } from '../config/document/secrets.js'
import {
  type FilledDocument,
  fillIn,
  unknownMembers,
  withUnknown,
  writingProblems,
} from '../config/document/writing.js'
import { toCamelCase, toSnakeCase } from '../config/names.js'
import type { Format, RedisOption, RuleDefinition, WindowType } from '../config/options.js'
import { parseOptions } from '../config/parse-options.js'
import { ConfigError, type Problem } from '../errors.js'
import { ConfigKey, type StoredText } from '../store/config/config-key.js'
import { Connection } from '../store/connection/connection.js'

/** The run-time config as JavaScript sees it: the seven members of the original, and those of ours that are set. */
export interface RuntimeConfig {
  readonly enabled: boolean
  readonly url: string
  readonly secret: string
  readonly threshold: number
  readonly windowSeconds: number
  readonly cooldownSeconds: number
  readonly statusCodeThreshold: number
  readonly windowType?: WindowType | undefined
  readonly cooldownMaxSeconds?: number | undefined
  readonly groupBy?: string | readonly string[] | undefined
  readonly format?: Format | undefined
  readonly sendResolved?: boolean | undefined
  readonly rules?: readonly RuleDefinition[] | undefined
}

/** A config as callers hand it in: what they leave out becomes the default. */
export type GivenConfig = { readonly [member in keyof RuntimeConfig]?: RuntimeConfig[member] | undefined }

export interface ConfigStoreOptions {
  readonly redis: RedisOption
  /** @defaultValue 'meta:log:webhook' */
  readonly configKey?: string | undefined
}

export interface ConfigStore {
  /**
   * The stored config with the original's seven members filled in; the defaults where the key is missing.
   * @throws ConfigError where what is stored is not valid, RedisError where Redis does not answer
   */
  get(): Promise<RuntimeConfig>
  /**
   * Replaces the config; numbers <= 0 and members left out become defaults, unknown members of the stored one are kept.
   * Disabled with an empty url deletes the key, unless a rule has a url of its own.
   * @throws ConfigError where it is not valid, RedisError where Redis does not answer
   */
  set(config: GivenConfig): Promise<void>
  /** Deletes the key, so that every process falls back to its own options. */
  delete(): Promise<void>
  /** Closes the connection. */
  close(): Promise<void>
}

const names = {
  enabled: 'enabled',
  url: 'url',
  secret: 'secret',
  threshold: 'threshold',
  windowSeconds: 'window_seconds',
  cooldownSeconds: 'cooldown_seconds',
  statusCodeThreshold: 'status_code_threshold',
  windowType: 'window_type',
  cooldownMaxSeconds: 'cooldown_max_seconds',
  groupBy: 'group_by',
  format: 'format',
  sendResolved: 'send_resolved',
  rules: 'rules',
} as const satisfies Record<keyof RuntimeConfig, keyof ConfigDocument>

/**
 * Opens a store of the run-time config. Nothing connects before its first use.
 *
 * @throws ConfigError where the options are not valid
 * @example
 * const store = createConfigStore({ redis: 'redis://localhost:6379' })
 * await store.set({ enabled: true, url: 'https://example.test/hook', threshold: 20 })
 * await store.close()
 */
export function createConfigStore(options: ConfigStoreOptions): ConfigStore {
  const { redis, configKey = DEFAULT_CONFIG_KEY } = parseOptions(options)
  const target = redisTarget(redis)
  if (target === undefined)
    throw new ConfigError([{ path: 'redis', message: 'Expected `redis` to be set, got none' }], 'bad options')
  const connection = new Connection({
    target,
    clock: systemClock,
    connectTimeoutMs: DEFAULT_CLOSE_TIMEOUT_MS,
    holdsProcess: true,
  })
  const key = new ConfigKey(connection, configKey)

  return {
    get: async () => toRuntimeConfig(validDocument((await key.peek()) ?? '{}')),
    set: async (config) => {
      const document = toDocument(config)
      const { enabled, url, rules } = document
      const isBlank = !enabled && url === '' && !rules?.some((rule) => (rule.url ?? '') !== '')
      await key.replace((stored) => (isBlank ? '' : JSON.stringify(withKept(document, stored))))
    },
    delete: async () => void (await key.replace(() => '')),
    close: async () => connection.close(),
  }
}

function toRuntimeConfig(document: ConfigDocument): RuntimeConfig {
  const filled = fillIn(document)
  const read = (member: keyof ConfigDocument): unknown =>
    member === 'rules' ? filled.rules?.map((rule) => renamed(rule, toCamelCase)) : filled[member]
  const entries = Object.entries(names).map(([name, member]) => [name, read(member)] as const)
  // The names are those of RuntimeConfig, and every value has its member's type.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as unknown as RuntimeConfig
}

/** The document to store: checked as one that is read, then normalised as the original does. */
function toDocument(config: GivenConfig): FilledDocument {
  // What TypeScript has not seen may be anything.
  const given: unknown = config
  const rules: unknown = isObject(given) ? given['rules'] : undefined
  const unknown = strangeNames(given, (name) => Object.hasOwn(names, name))
  if (Array.isArray(rules))
    for (const [index, rule] of rules.entries())
      unknown.push(...strangeNames(rule, isRuleName).map((name) => `rules.${index}.${name}`))
  if (unknown.length > 0) {
    throw new ConfigError(unknown.map((path) => ({ path, message: `Expected only known members, got \`${path}\`` })))
  }
  const inSnakeCase = (rule: unknown): unknown => (isObject(rule) ? renamed(rule, toSnakeCase) : rule)
  const parsed = parseMembers(
    isObject(given)
      ? { ...renamed(given, toSnakeCase), rules: Array.isArray(rules) ? rules.map(inSnakeCase) : rules }
      : given,
  )
  if (parsed.kind === 'invalid') throw new ConfigError(parsed.problems.map(inCamelCase))
  const filled = fillIn(parsed.document)
  const problems = writingProblems(filled)
  if (problems.length > 0) throw new ConfigError(problems)
  return filled
}

function strangeNames(given: unknown, isKnown: (name: string) => boolean): string[] {
  return isObject(given) ? Object.keys(given).filter((name) => !isKnown(name)) : []
}

function isRuleName(name: string): boolean {
  return documentRuleMembers.includes(toSnakeCase(name))
}

function inCamelCase({ path, message }: Problem): Problem {
  const name = path.split('.').map(toCamelCase).join('.')
  return { path: name, message: message.replace(`\`${path}\``, `\`${name}\``) }
}

function renamed(rule: object, rename: (name: string) => string): object {
  return Object.fromEntries(Object.entries(rule).map(([name, value]) => [rename(name), value]))
}

function validDocument(text: string): ConfigDocument {
  const parsed = parseDocument(text)
  if (parsed.kind === 'invalid') throw new ConfigError(parsed.problems)
  return parsed.document
}

/** With what the stored document holds that this version does not know. */
function withKept(document: FilledDocument, text: StoredText): object {
  const parsed = text.kind === 'text' ? parseDocument(text.text) : undefined
  const stored: Stored | undefined = parsed?.kind === 'valid' ? parsed : undefined
  const { rules } = document
  return {
    ...unknownMembers(stored),
    ...document,
    ...(rules !== undefined && { rules: withUnknown(rules, {}, stored) }),
  }
}
