// `createConfigStore`: reads and writes the run-time config in camelCase, by the rules of the original service; see README, Run-time config.
// `ConfigEditor` checks what is written, and keeps members that this version does not know.
import { DEFAULT_CONFIG_KEY } from '../config/defaults.js'
import { fillIn } from '../config/document/writing.js'
import { type ConfigDocument, documentOptions, isRuleOption, type OriginalOption } from '../config/document-members.js'
import { renamedConfig, toCamelCase, toSnakeCase } from '../config/names.js'
import type { LogsirenOptions, RedisOption, RuleOptions } from '../config/options.js'
import { parseOptions } from '../config/parse-options.js'
import { type CodeOnlyRuleOption, ruleNaming } from '../config/rule-members.js'
import { ConfigError, type Problem, RedisError } from '../errors.js'
import { ConfigKey } from '../store/config/config-key.js'
import { isObject } from '../unknown.js'
import { openRedis } from './open-redis.js'
import { ConfigEditor, type StoredConfig } from './stored-config.js'

/** The options of a document that the original service does not know. */
type Further = Omit<RuleOptions, OriginalOption | CodeOnlyRuleOption> & Pick<LogsirenOptions, 'rules'>

/** The run-time config in camelCase: the seven members that the original service knows, and those of the others that are set. */
export interface RuntimeConfig extends Further {
  /** Whether alerts are sent; false if it is not stored. */
  readonly enabled: boolean
  /** URL of the webhook; `''` if there is none. */
  readonly url: string
  /** The secret in clear text, as the values of `headers` are; `''` if there is none. */
  readonly secret: string
  /** Number of errors in the window that raises an alert. */
  readonly threshold: number
  /** Length of the window, in seconds. */
  readonly windowSeconds: number
  /** Time after a delivered alert in which no other is raised, in seconds. */
  readonly cooldownSeconds: number
  /** Lowest HTTP status code that is an error. */
  readonly statusCodeThreshold: number
}

/** A config to store. A member that is left out becomes the default. */
export type GivenConfig = { readonly [member in keyof RuntimeConfig]?: RuntimeConfig[member] | undefined }

/** Options of `createConfigStore`. */
export interface ConfigStoreOptions {
  /** The Redis that holds the config, as in the options of a transport. */
  readonly redis: RedisOption
  /** Redis key of the config. @defaultValue 'meta:log:webhook' */
  readonly configKey?: string | undefined
}

/** Reads and writes the run-time config. Every process follows a change within 15 seconds. */
export interface ConfigStore {
  /**
   * The stored config. The seven members that the original service knows are filled in; if the key is missing, all have their defaults.
   *
   * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) if what is stored is not valid
   * @throws RedisError (`ERR_LOGSIREN_REDIS`) if Redis does not answer
   */
  get(): Promise<RuntimeConfig>
  /**
   * Replaces the stored config. Members that are left out, and counts of 0 or less, become the default; members of the stored config that
   * this version does not know are kept. A config that is not enabled, and in which neither the whole nor a rule has a url, deletes the key.
   *
   * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem if the config is not valid; then nothing changes
   * @throws RedisError (`ERR_LOGSIREN_REDIS`) if Redis does not answer, the key does not hold text, or others kept writing it meanwhile
   */
  set(config: GivenConfig): Promise<void>
  /**
   * Deletes the key, if there is one. Every process falls back to its options in code.
   *
   * @throws RedisError (`ERR_LOGSIREN_REDIS`) if Redis does not answer, the key does not hold text, or others kept writing it meanwhile
   */
  delete(): Promise<void>
  /** Closes the connection, which keeps the process alive until then. Calls that wait for an answer fail. Never rejects. */
  close(): Promise<void>
}

/**
 * Opens a store of the run-time config. It connects to Redis at its first use.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) if the options are not valid
 * @example
 * const store = createConfigStore({ redis: 'redis://localhost:6379' })
 * await store.set({ enabled: true, url: 'https://example.test/hook', threshold: 20 })
 * await store.close()
 */
export function createConfigStore(options: ConfigStoreOptions): ConfigStore {
  const { redis, configKey = DEFAULT_CONFIG_KEY } = parseOptions(options)
  const connection = openRedis(redis)
  const anywhere = { allowedOrigins: undefined, allowPrivate: true }
  const editor = new ConfigEditor(new ConfigKey(connection, configKey), anywhere)
  return {
    get: async () => toRuntimeConfig((await editor.peek()) ?? {}),
    set: async (config) => {
      checkNames(config)
      await editor
        .replace(toMembers(config), { precondition: isText, deletes: alertsNobody })
        .catch((error: unknown) => {
          throw error instanceof ConfigError ? new ConfigError(error.problems.map(inCamelCase)) : error
        })
    },
    delete: () => editor.delete(isText),
    close: async () => connection.close(),
  }
}

/** A program that sets its config has asked nobody whether another program's value in the key may go. @throws RedisError */
function isText(stored: StoredConfig): void {
  if (stored.kind === 'invalid' && !stored.isText)
    throw new RedisError('Expected the config key to hold a text, but it holds a value of another type')
}

function toRuntimeConfig(document: ConfigDocument): RuntimeConfig {
  // The names are those of RuntimeConfig, and every value has its member's type.
  return renamedConfig(fillIn(document), toCamelCase) as unknown as RuntimeConfig
}

/** Whether a config can alert nobody: the original service deletes the key instead of storing such a config. */
function alertsNobody({ enabled, url, rules = [] }: ConfigDocument): boolean {
  return enabled !== true && (url ?? '') === '' && rules.every((rule) => (rule.url ?? '') === '')
}

/** The document to store. A secret, and headers, that are left out are removed, as in the original service; `ConfigEditor` alone would keep the stored one. */
function toMembers(config: unknown): unknown {
  if (!isObject(config)) return config
  const { rules } = config
  const withoutSecrets = Array.isArray(rules)
    ? { rules: rules.map((rule: unknown) => (isObject(rule) ? { secret: null, headers: null, ...rule } : rule)) }
    : {}
  return renamedConfig({ secret: '', headers: null, ...config, ...withoutSecrets }, toSnakeCase)
}

/** Refuses names that are not known in camelCase, snake_case ones too. @throws ConfigError */
function checkNames(config: unknown): void {
  const known: readonly string[] = documentOptions
  const isOfRule = (name: string): boolean =>
    Object.hasOwn(ruleNaming, name) || (isRuleOption(name) && known.includes(name))
  const rules = isObject(config) ? config['rules'] : undefined
  const unknownPaths = [
    ...unknownNames(config, (name) => known.includes(name)),
    ...(Array.isArray(rules) ? rules : []).flatMap((rule: unknown, index) =>
      unknownNames(rule, isOfRule).map((name) => `rules.${index}.${name}`),
    ),
  ]
  if (unknownPaths.length > 0)
    throw new ConfigError(
      unknownPaths.map((path) => ({ path, message: `Expected only known members, got \`${path}\`` })),
    )
}

function unknownNames(given: unknown, isKnown: (name: string) => boolean): string[] {
  return isObject(given) ? Object.keys(given).filter((name) => !isKnown(name)) : []
}

/** A problem of the document as one of the config: its path and message name the member in camelCase. */
function inCamelCase({ path, message }: Problem): Problem {
  const parts = path.split('.')
  // Not names within a member's value, such as those of links.
  const isMember = (at: number): boolean => at === 0 || (at === 2 && parts[0] === 'rules')
  const name = parts.map((part, at) => (isMember(at) ? toCamelCase(part) : part)).join('.')
  return { path: name, message: message.replace(`\`${path}\``, `\`${name}\``) }
}
