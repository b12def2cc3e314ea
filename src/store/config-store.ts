// Reading and writing the run-time config by the rules of the original service: contract §3.
import { systemClock } from '../clock.js'
import { DEFAULT_CLOSE_TIMEOUT_MS, DEFAULT_CONFIG_KEY, ruleDefaults } from '../config/defaults.js'
import {
  type ConfigDocument,
  documentMembers,
  documentRuleMembers,
  parseDocument,
  parseMembers,
} from '../config/document.js'
import type { RedisOption, RuleDefinition, WindowType } from '../config/options.js'
import { parseOptions } from '../config/parse-options.js'
import { toCamelCase, toSnakeCase } from '../config/record-fields.js'
import { redisTarget } from '../config/redis-option.js'
import { ConfigError, type Problem, RedisError } from '../errors.js'
import { Connection } from './connection.js'
import { replaceConfigScript } from './lua/replace-config.js'
import { reasonOf } from './reasons.js'

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
   * Disabled with an empty url deletes the key.
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
  sendResolved: 'send_resolved',
  rules: 'rules',
} as const satisfies Record<keyof RuntimeConfig, keyof ConfigDocument>

/** Others may write at the same time; each lost race is won by somebody, so a few tries are plenty. */
const MAX_TRIES = 20

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
  const ask = <T>(command: () => Promise<T>): Promise<T> =>
    command().catch((cause: unknown) => {
      throw new RedisError(`Expected Redis to answer for the config, got: ${reasonOf(cause)}`, { cause })
    })
  const read = (): Promise<string | null> => ask(() => connection.get(configKey))
  const replace = async (change: (stored: string | null) => string): Promise<void> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const stored = await read()
      const args = [stored === null ? '0' : '1', stored ?? '', change(stored)]
      if ((await ask(() => connection.run(replaceConfigScript, [configKey], args))) === 1) return
    }
    throw new RedisError('Expected to replace the config, but others kept writing it at the same time')
  }

  return {
    get: async () => toRuntimeConfig(validDocument((await read()) ?? '{}')),
    set: async (config) => {
      const document = toDocument(config)
      await replace((stored) => {
        if (!document.enabled && document.url === '') return ''
        return JSON.stringify({ ...unknownMembers(stored), ...document })
      })
    },
    delete: () => replace(() => ''),
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
function toDocument(config: GivenConfig): ReturnType<typeof fillIn> {
  const unknown = Object.keys(config).filter((name) => !Object.hasOwn(names, name))
  config.rules?.forEach((rule, index) => {
    const strange = Object.keys(rule).filter((name) => !documentRuleMembers.includes(toSnakeCase(name)))
    unknown.push(...strange.map((name) => `rules.${index}.${name}`))
  })
  if (unknown.length > 0) {
    throw new ConfigError(unknown.map((path) => ({ path, message: `Expected only known members, got \`${path}\`` })))
  }
  const members = Object.entries(names).map(([name, member]) => [
    member,
    name === 'rules' ? config.rules?.map((rule) => renamed(rule, toSnakeCase)) : config[name as keyof RuntimeConfig],
  ])
  const parsed = parseMembers(Object.fromEntries(members))
  if (parsed.kind === 'invalid') throw new ConfigError(parsed.problems.map(inCamelCase))
  const document = fillIn(parsed.document)
  if (document.enabled && document.url === '')
    throw new ConfigError([{ path: 'url', message: 'url is required when enabled' }])
  return document
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

/** The seven members that are always there, and what else was given. */
function fillIn(document: ConfigDocument): ConfigDocument & { readonly enabled: boolean; readonly url: string } {
  const positive = (number: number | undefined, fallback: number): number =>
    number !== undefined && number > 0 ? number : fallback
  return {
    ...document,
    enabled: document.enabled ?? false,
    url: document.url ?? '',
    secret: document.secret ?? '',
    threshold: positive(document.threshold, ruleDefaults.threshold),
    window_seconds: positive(document.window_seconds, ruleDefaults.windowSeconds),
    cooldown_seconds: positive(document.cooldown_seconds, ruleDefaults.cooldownSeconds),
    status_code_threshold: positive(document.status_code_threshold, ruleDefaults.statusCodeThreshold),
  }
}

/** What the stored document holds that this version does not know, and therefore keeps. */
function unknownMembers(stored: string | null): Record<string, unknown> {
  if (stored === null) return {}
  const parsed = parseDocument(stored)
  if (parsed.kind === 'invalid') return {}
  return Object.fromEntries(Object.entries(parsed.members).filter(([member]) => !documentMembers.includes(member)))
}
