// `createConfigStore`: reading and writing the run-time config by the rules of the original service, in camelCase; see README,
// Run-time config. What a config must be, and what of the stored one is kept, is the editor's to know.
import { DEFAULT_CONFIG_KEY } from '../config/defaults.js'
import { fillIn } from '../config/document/writing.js'
import { type ConfigDocument, documentOptions, isRuleOption, type OriginalOption } from '../config/document-members.js'
import { renamedConfig, toCamelCase, toSnakeCase } from '../config/names.js'
import type { LogsirenOptions, RedisOption, RuleOptions } from '../config/options.js'
import { parseOptions } from '../config/parse-options.js'
import { type CodeOnlyRuleOption, ruleNaming } from '../config/rule-members.js'
import { ConfigError, type Problem } from '../errors.js'
import { ConfigKey } from '../store/config/config-key.js'
import { isObject } from '../unknown.js'
import { openRedis } from './open-redis.js'
import { ConfigEditor } from './stored-config.js'

type Further = Omit<RuleOptions, OriginalOption | CodeOnlyRuleOption> & Pick<LogsirenOptions, 'rules'>

/** The run-time config as JavaScript sees it: the seven members of the original, and those of ours that are set. */
export interface RuntimeConfig extends Further {
  /** False where it is not stored. */
  readonly enabled: boolean
  /** `''` where there is none. */
  readonly url: string
  /** `''` where there is none. */
  readonly secret: string
  readonly threshold: number
  readonly windowSeconds: number
  readonly cooldownSeconds: number
  readonly statusCodeThreshold: number
}

/** A config as callers hand it in: what they leave out becomes the default. */
export type GivenConfig = { readonly [member in keyof RuntimeConfig]?: RuntimeConfig[member] | undefined }

export interface ConfigStoreOptions {
  /** Where the config is, as in the options of a transport. */
  readonly redis: RedisOption
  /** Key of the config. @defaultValue 'meta:log:webhook' */
  readonly configKey?: string | undefined
}

/** Reads and writes the config that every process follows within 15 seconds. */
export interface ConfigStore {
  /**
   * The stored config with the original's seven members filled in; the defaults where the key is missing.
   *
   * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) where what is stored is not valid
   * @throws RedisError (`ERR_LOGSIREN_REDIS`) where Redis does not answer
   */
  get(): Promise<RuntimeConfig>
  /**
   * Replaces the config; numbers <= 0 and members left out become defaults, members of the stored one that this version does not know
   * are kept. Disabled with an empty url deletes the key, unless a rule has a url of its own.
   *
   * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem at once, where it is not valid: then nothing changes
   * @throws RedisError (`ERR_LOGSIREN_REDIS`) where Redis does not answer, the key holds something that is not text, or others kept
   * writing it at the same time
   */
  set(config: GivenConfig): Promise<void>
  /**
   * Deletes the key, so that every process falls back to its own options. There need be none.
   *
   * @throws RedisError (`ERR_LOGSIREN_REDIS`) as `set` does
   */
  delete(): Promise<void>
  /** Closes the connection, which holds the process until then; what is still asked fails. Never rejects. */
  close(): Promise<void>
}

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
  const connection = openRedis(redis)
  const anywhere = { allowedOrigins: undefined, allowPrivate: true }
  const editor = new ConfigEditor(new ConfigKey(connection, configKey), anywhere)
  return {
    get: async () => toRuntimeConfig(await editor.peek()),
    set: async (config) => {
      checkNames(config)
      await editor.replace(toMembers(config), { deletes: isBlank }).catch((error: unknown) => {
        throw error instanceof ConfigError ? new ConfigError(error.problems.map(inCamelCase)) : error
      })
    },
    delete: () => editor.delete(),
    close: async () => connection.close(),
  }
}

function toRuntimeConfig(document: ConfigDocument): RuntimeConfig {
  // The names are those of RuntimeConfig, and every value has its member's type.
  return renamedConfig(fillIn(document), toCamelCase) as unknown as RuntimeConfig
}

/** Whether it does nothing: the original deletes such a config. */
function isBlank({ enabled, url, rules = [] }: ConfigDocument): boolean {
  return enabled !== true && (url ?? '') === '' && rules.every((rule) => (rule.url ?? '') === '')
}

/** The document to store. Here a secret that is left out is none, where the editor would keep the stored one. */
function toMembers(config: unknown): unknown {
  if (!isObject(config)) return config
  const { rules } = config
  const withoutSecrets = Array.isArray(rules)
    ? { rules: rules.map((rule: unknown) => (isObject(rule) ? { secret: null, ...rule } : rule)) }
    : {}
  return renamedConfig({ secret: '', ...config, ...withoutSecrets }, toSnakeCase)
}

/** A name in JSON's spelling is as strange as any other. @throws ConfigError */
function checkNames(config: unknown): void {
  const known: readonly string[] = documentOptions
  const isOfRule = (name: string): boolean =>
    Object.hasOwn(ruleNaming, name) || (isRuleOption(name) && known.includes(name))
  const rules = isObject(config) ? config['rules'] : undefined
  const strange = [
    ...strangeNames(config, (name) => known.includes(name)),
    ...(Array.isArray(rules) ? rules : []).flatMap((rule: unknown, index) =>
      strangeNames(rule, isOfRule).map((name) => `rules.${index}.${name}`),
    ),
  ]
  if (strange.length > 0)
    throw new ConfigError(strange.map((path) => ({ path, message: `Expected only known members, got \`${path}\`` })))
}

function strangeNames(given: unknown, isKnown: (name: string) => boolean): string[] {
  return isObject(given) ? Object.keys(given).filter((name) => !isKnown(name)) : []
}

function inCamelCase({ path, message }: Problem): Problem {
  const name = path.split('.').map(toCamelCase).join('.')
  return { path: name, message: message.replace(`\`${path}\``, `\`${name}\``) }
}
