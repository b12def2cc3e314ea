// The operations that the admin endpoint and the command line offer to operators: see and change the config, send a test alert, silence
// rules, see the state of the fleet.
import { DEFAULT_CONFIG_KEY } from '../config/defaults.js'
import { controlOptionNames } from '../config/engine-options.js'
import type { LogsirenOptions, RuleOptions } from '../config/options.js'
import { parseOptions } from '../config/parse-options.js'
import { HttpClient } from '../deliver/http-client.js'
import { ConfigError, RedisError } from '../errors.js'
import { ConfigKey } from '../store/config/config-key.js'
import { reasonOf } from '../store/connection/reasons.js'
import { rearm } from '../store/redis/rearm.js'
import { destinationProblems } from './destination-policy.js'
import { openRedis } from './open-redis.js'
import { type SilenceEditor, silenceEditor } from './silences.js'
import { readStatus, type Status } from './status.js'
import { ConfigEditor } from './stored-config.js'
import { sendTestAlert, type TestOutcome, type TestShown, testedRule, untestedRules } from './test-alert.js'

/** The Redis and the key of the fleet's config and state, and where alerts may go; each as in the options of a transport. */
export type ControlOptions = Pick<LogsirenOptions, (typeof controlOptionNames)[number]>

export interface Control {
  readonly config: ConfigEditor
  readonly silences: SilenceEditor
  /**
   * Sends a test alert to the destination of this rule; without a name, to that of the first rule that has one. The stored config is laid
   * over `options`, as in every process.
   * @throws ConfigError if the stored config is not valid, has no such rule, or no url that may be called; RedisError
   */
  sendTest(ruleName?: string, options?: RuleOptions, shown?: TestShown): Promise<TestOutcome>
  /** Sends a test alert to the url in `options`, whatever the stored config says. @throws ConfigError if it may not be called */
  sendTestTo(options: RuleOptions, shown?: TestShown): Promise<TestOutcome>
  /** The state of all processes on this config key: counts, pending and sent alerts. @throws RedisError if Redis does not answer */
  status(): Promise<Status>
  /** Closes all connections. Never rejects. */
  close(): Promise<void>
}

/** Makes the operations. Nothing connects before the first of them. @throws ConfigError if the options are not valid */
export function openControl(options: ControlOptions): Control {
  const known: readonly string[] = controlOptionNames
  const unknownNames = Object.keys(options).filter((name) => !known.includes(name))
  if (unknownNames.length > 0) {
    const message = (name: string): string => `Expected only known options (${known.join(', ')}), got \`${name}\``
    throw new ConfigError(
      unknownNames.map((path) => ({ path, message: message(path) })),
      'bad options',
    )
  }
  const parsed = parseOptions(options)
  const { configKey = DEFAULT_CONFIG_KEY, allowPrivateDestinations = true, allowedOrigins, proxy } = parsed
  const connection = openRedis(parsed.redis)
  const http = new HttpClient({ allowPrivate: allowPrivateDestinations, proxy })
  const policy = { allowedOrigins, allowPrivate: allowPrivateDestinations }
  const config = new ConfigEditor(new ConfigKey(connection, configKey), policy)
  const tested = { http, policy, rearm: (url: string) => rearm(connection, configKey, url) }
  return {
    config,
    silences: silenceEditor(connection, configKey),
    sendTest: async (ruleName, options, shown) => {
      const stored = await config.read()
      if (stored.kind === 'invalid') throw new ConfigError(stored.problems, 'the stored config is not valid')
      const document = stored.kind === 'valid' ? stored.stored.document : undefined
      // Another program may have written the document without these checks.
      const problems = destinationProblems(document ?? {}, policy)
      if (problems.length > 0) throw new ConfigError(problems)
      const rule = testedRule(document, ruleName, options)
      const outcome = await sendTestAlert(rule, { ...tested, ...shown })
      return ruleName === undefined ? { ...outcome, ...untestedRules(document, rule, options) } : outcome
    },
    sendTestTo: async (options, shown) =>
      sendTestAlert(testedRule(undefined, undefined, options), { ...tested, ...shown }),
    status: async () => {
      try {
        return await readStatus(connection, configKey)
      } catch (cause) {
        throw new RedisError(`Expected Redis to answer for the status, got: ${reasonOf(cause)}`, { cause })
      }
    },
    close: async () => {
      connection.close()
      await http.close()
    },
  }
}
