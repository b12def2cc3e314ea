// What a user may write in code, as types. An editor shows these comments; what else is known of an option stands in its row, in
// rule-members.ts or engine-options.ts.
import type { Cluster, ClusterNode, ClusterOptions, Redis, RedisOptions } from 'ioredis'

/** How errors are counted: over the last `windowSeconds` at any moment, or in tumbling windows as the original service does. */
export type WindowType = 'sliding' | 'fixed'

/** What the webhook's body looks like: logsiren's own JSON, or what a receiver or protocol of this name takes. */
export type Format =
  | 'json'
  | 'slack'
  | 'discord'
  | 'teams'
  | 'pagerduty'
  | 'googlechat'
  | 'cloudevents'
  | 'alertmanager'

/** What a process does while Redis is away: count and alert by itself, or keep what it would have raised until Redis is back. */
export type OnRedisDown = 'local' | 'hold'

/** Level names that `minLevel` takes, of pino, winston's npm and syslog sets, and Google Cloud. */
export type LevelName =
  | 'trace'
  | 'silly'
  | 'debug'
  | 'verbose'
  | 'http'
  | 'info'
  | 'notice'
  | 'warn'
  | 'warning'
  | 'error'
  | 'err'
  | 'crit'
  | 'critical'
  | 'alert'
  | 'emerg'
  | 'fatal'

/** A Redis Cluster, by some of its nodes. */
export interface ClusterTarget {
  readonly cluster: readonly ClusterNode[]
  readonly options?: ClusterOptions | undefined
}

/** Where Redis is. An ioredis client can be given only in-process; a duplicate of it is used, never the client itself. */
export type RedisOption = string | RedisOptions | ClusterTarget | Redis | Cluster

/** How destinations are reached: directly, as the environment says, or through the proxy of an http or https URL. */
export type ProxyOption = false | 'env' | (string & {})

/** Record fields whose place in a log line can be overridden. */
export type RecordField =
  | 'group'
  | 'keyId'
  | 'model'
  | 'providerName'
  | 'providerType'
  | 'statusCode'
  | 'errorMessage'
  | 'clientIp'

/** What a rule is made of. The config document in Redis may set all of it but `maxGroups`. */
export interface RuleOptions {
  /** Webhook destination: an http or https URL of at most 2048 characters, without user info. @defaultValue none */
  readonly url?: string | undefined
  /**
   * `whsec_…` signs by Standard Webhooks; anything else is sent as `Authorization: Bearer <secret>`, to PagerDuty as the routing key.
   * It is sent only to the origin of the url beside which it is given. @defaultValue none
   */
  readonly secret?: string | undefined
  /** Master switch. @defaultValue `true` when `url` is set */
  readonly enabled?: boolean | undefined
  /** Errors in the window that raise the alert, 1 to 2147483647. @defaultValue 10 */
  readonly threshold?: number | undefined
  /** Length of the window, in seconds, 1 to 2147483647. @defaultValue 60 */
  readonly windowSeconds?: number | undefined
  /** Quiet time after a delivered alert, in seconds, 1 to 2147483647. @defaultValue 300 */
  readonly cooldownSeconds?: number | undefined
  /**
   * Lets the cooldown double up to this many seconds, 1 to 2147483647, while alerts keep coming; quiet time brings it down again. One
   * shorter than `cooldownSeconds` has no effect. @defaultValue none: the cooldown always is the same
   */
  readonly cooldownMaxSeconds?: number | undefined
  /** A status code at or above it is an error, 1 to 2147483647. @defaultValue 500 */
  readonly statusCodeThreshold?: number | undefined
  /** `'sliding'`, or `'fixed'`: tumbling windows on the original service's own counter key. @defaultValue 'sliding' */
  readonly windowType?: WindowType | undefined
  /** Record fields or line paths, 8 at most: each distinct value has its own count, cooldown and alert. @defaultValue none */
  readonly groupBy?: string | readonly string[] | undefined
  /**
   * Groups with errors in their window that a process keeps apart, 1 to 2147483647; further ones share one named `(overflow)`.
   * Settable in code only. @defaultValue 1000
   */
  readonly maxGroups?: number | undefined
  /** What the body looks like. @defaultValue by the url's host: Slack, Discord, Teams, PagerDuty, Google Chat; else `'json'` */
  readonly format?: Format | undefined
  /** Also send a message when the errors have stopped. @defaultValue false */
  readonly sendResolved?: boolean | undefined
}

export type Scalar = string | number | boolean

/** What a value must be: equal, one of, begin so, be found by an RE2 expression, or lie between (numbers or level names). */
export type Condition =
  | Scalar
  | readonly Scalar[]
  | { readonly prefix: string }
  | { readonly regex: string }
  | { readonly gte?: number | LevelName | undefined; readonly lte?: number | LevelName | undefined }

/** Conditions by record field, `level`, or line path; all of them must hold. */
export interface Match {
  readonly [path: string]: Condition
}

/** One rule of several; what it leaves out it inherits. */
export interface RuleDefinition extends RuleOptions {
  /** 1 to 64 letters, digits, `_` and `-`, unique among the rules. */
  readonly name: string
  /** Which errors it counts. @defaultValue all */
  readonly match?: Match | undefined
}

/** The options of `logsiren/pino`, `logsiren/winston` and `createEvaluator`. */
export interface LogsirenOptions extends RuleOptions {
  /** Rules with thresholds of their own, 100 at most; an error may count for several. @defaultValue one rule, `default` */
  readonly rules?: readonly RuleDefinition[] | undefined
  /** Where the fleet's counts live: a URL, ioredis options, a cluster, or (in-process) a client. @defaultValue none: counts stay in this process */
  readonly redis?: RedisOption | undefined
  /** Redis key that holds the run-time config; the state keys take its name. @defaultValue 'meta:log:webhook' */
  readonly configKey?: string | undefined
  /**
   * Once Redis has not answered for 5 s, and at `close()`: `'local'` alerts by what this process alone sees, marked `degraded`;
   * `'hold'` raises that when Redis is back. @defaultValue 'local'
   */
  readonly onRedisDown?: OnRedisDown | undefined
  /** Lowest level at which an attached error counts: a name, or a number on pino's scale, 1 to 2147483647. @defaultValue 'warn' */
  readonly minLevel?: LevelName | number | undefined
  /** Overrides where record fields are read, each by one line path or several. @defaultValue the usual frameworks' places */
  readonly fields?: { readonly [field in RecordField]?: string | readonly string[] | undefined } | undefined
  /** Further line paths to put into `sample.fields`. @defaultValue none */
  readonly sampleFields?: readonly string[] | undefined
  /** Line paths whose values never leave the process. @defaultValue none */
  readonly redact?: readonly string[] | undefined
  /** Count the lines of one request once. @defaultValue true */
  readonly dedupeRequests?: boolean | undefined
  /** Key of a line's message, for loggers that rename it. @defaultValue `'msg'`, or what pino announces */
  readonly messageKey?: string | undefined
  /** Key of a line's error, for loggers that rename it. @defaultValue `'err'`, or what pino announces */
  readonly errorKey?: string | undefined
  /** Key under which a logger nests everything, as pino's `nestedKey`. @defaultValue none */
  readonly nestedKey?: string | undefined
  /** `false` refuses private and loopback destinations. Settable in code only. @defaultValue true */
  readonly allowPrivateDestinations?: boolean | undefined
  /** Origins that destinations must be in, such as `https://hooks.example.com`. Settable in code only. @defaultValue any */
  readonly allowedOrigins?: readonly string[] | undefined
  /**
   * A proxy's http or https URL, which may have user info, or `'env'`: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, read at
   * the first alert. It is asked to CONNECT; through one only `allowedOrigins` restricts destinations. Settable in code only.
   * @defaultValue false
   */
  readonly proxy?: ProxyOption | undefined
  /**
   * How long `flush()` and `close()` may wait for counting and delivery, in milliseconds, 1 to 2147483647; a worker waits for 9000 at
   * most. @defaultValue 5000
   */
  readonly closeTimeoutMs?: number | undefined
}

/** The options that rules are made of. */
export type SettingsOptions = RuleOptions & Pick<LogsirenOptions, 'rules'>

/** What the Winston transport has beside the options of `LogsirenOptions`. */
export interface WorkerOption {
  /**
   * Evaluates in a worker thread, so that lines logged just before `process.exit()` or a crash still count and raise their alert.
   * Options must then be plain data. @defaultValue false
   */
  readonly worker?: boolean | undefined
}
