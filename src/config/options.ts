// The options as types, for users who write them in code: an editor shows these comments. Everything else that is known of an option stands
// in its row, in rule-members.ts or engine-options.ts.
import type { ClusterNode, ClusterOptions, RedisOptions } from 'ioredis'

/** How errors are counted: over the last `windowSeconds` at any moment, or in tumbling windows, as the original service does. */
export type WindowType = 'sliding' | 'fixed'

/** The format of the webhook's body: logsiren's own JSON, that of the receiver or protocol of this name, or the option `template`. */
export type Format =
  | 'json'
  | 'slack'
  | 'discord'
  | 'teams'
  | 'pagerduty'
  | 'googlechat'
  | 'cloudevents'
  | 'alertmanager'
  | 'template'

/** What a process does while Redis is away: raise and send alerts from its own errors alone, or raise them when Redis is back. */
export type OnRedisDown = 'local' | 'hold'

/** The level names of pino, of winston's npm and syslog sets, and of Google Cloud; `minLevel` and conditions take them. */
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

/** A Redis Cluster: some of its nodes, and options of ioredis. */
export interface ClusterTarget {
  readonly cluster: readonly ClusterNode[]
  readonly options?: ClusterOptions | undefined
}

/**
 * A client of ioredis 5 or 6, for one server or a cluster, or of a fork such as iovalkey. By its members, since an application may have another
 * version of ioredis than this package.
 */
export interface RedisClient {
  readonly options: object
  duplicate(...args: never[]): unknown
  defineCommand(...args: never[]): unknown
  connect(...args: never[]): unknown
  disconnect(...args: never[]): unknown
}

/** Options of ioredis 5 or 6, but for its classes, of which each version has its own. */
export type RedisClientOptions = Omit<RedisOptions, 'Connector'>

/** Where Redis is. An ioredis client can be given only in-process. logsiren uses a duplicate of it, and never the client itself. */
export type RedisOption = string | RedisClientOptions | ClusterTarget | RedisClient

/** How destinations are reached: directly, as the environment says, or through the proxy at an http or https URL. */
export type ProxyOption = false | 'env' | (string & {})

/** The fields of a record, whose places in a log line `fields` can override. */
export type RecordField =
  | 'group'
  | 'keyId'
  | 'model'
  | 'providerName'
  | 'providerType'
  | 'statusCode'
  | 'errorMessage'
  | 'clientIp'
  | 'kind'

/** What `fields` can name places of: the fields of a record, and what else is read of a line to judge it. */
export type LineField = RecordField | 'level' | 'requestId'

/** What JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue }

/** The options of a rule. The config document in Redis may set all but `maxGroups`. */
export interface RuleOptions {
  /** URL of the webhook: http or https, at most 2048 characters, without user info. @defaultValue none */
  readonly url?: string | undefined
  /**
   * A secret `whsec_…` signs each request as Standard Webhooks say; any other is sent as `Authorization: Bearer <secret>`, or to PagerDuty as
   * the routing key. It is used only for the origin of the `url` beside which it is given. @defaultValue none
   */
  readonly secret?: string | undefined
  /** `false` switches alerts off. @defaultValue `true` when `url` is set */
  readonly enabled?: boolean | undefined
  /** Number of errors in the window that raises an alert, 1 to 2147483647. @defaultValue 10 */
  readonly threshold?: number | undefined
  /** Length of the window, in seconds, 1 to 2147483647. @defaultValue 60 */
  readonly windowSeconds?: number | undefined
  /** Time after a delivered alert in which no other is raised, in seconds, 1 to 2147483647. @defaultValue 300 */
  readonly cooldownSeconds?: number | undefined
  /**
   * The cooldown doubles up to this many seconds, 1 to 2147483647, while alerts keep coming, and shrinks again in quiet times. A value
   * below `cooldownSeconds` has no effect. @defaultValue none: the cooldown never changes
   */
  readonly cooldownMaxSeconds?: number | undefined
  /** Lowest HTTP status code that is an error, 1 to 2147483647. @defaultValue 500 */
  readonly statusCodeThreshold?: number | undefined
  /**
   * `'sliding'` counts the errors of the last `windowSeconds` at any moment; `'fixed'` counts in tumbling windows, on the
   * original service's own counter key. @defaultValue 'sliding'
   */
  readonly windowType?: WindowType | undefined
  /** At most 8 record fields, `kind` among them, or line paths: errors with different values have their own count, cooldown and alert. @defaultValue none */
  readonly groupBy?: string | readonly string[] | undefined
  /**
   * At most this many groups with errors in their window, 1 to 2147483647, are counted apart in a process; further ones share one group,
   * `(overflow)`. Settable in code only. @defaultValue 1000
   */
  readonly maxGroups?: number | undefined
  /** Format of the webhook's body. @defaultValue by the url's host: Slack, Discord, Teams, PagerDuty, Google Chat; else `'json'` */
  readonly format?: Format | undefined
  /** Also send a second message when the errors have stopped. @defaultValue false */
  readonly sendResolved?: boolean | undefined
  /**
   * An alert also needs this share of the window's requests to be errors, in percent, above 0 and at most 100. Lines with a status code are
   * requests, and so are counted errors. Not with `newOnly`, with fixed windows, or in groups by level, status, message or kind.
   * @defaultValue none: any share does
   */
  readonly percent?: number | undefined
  /**
   * Count only errors of a kind that the fleet has not met for `newAfterDays`. `threshold` is then 1 unless it is given in the same object.
   * @defaultValue false
   */
  readonly newOnly?: boolean | undefined
  /** A kind of errors that was not met for so many days is new again, 1 to 2147483647. @defaultValue 14 */
  readonly newAfterDays?: number | undefined
  /** For so many seconds after its first error a rule with `newOnly` only learns, 0 to 2147483647; 0 means not at all. @defaultValue 3600 */
  readonly learnSeconds?: number | undefined
  /**
   * At most this many alerts of a rule's groups begin in a minute, 1 to 2147483647; the groups beyond are told in one alert, of the group
   * `(many)`. @defaultValue 10
   */
  readonly maxAlertsPerMinute?: number | undefined
  /** How long an attempt may take, in ms, 500 to 30000. @defaultValue 3000; 10000 for Slack, Discord, Teams and Google Chat */
  readonly timeoutMs?: number | undefined
  /**
   * At most 5 links by their names (60 characters, one line), told with every alert. A link is an http or https URL of at most 2000 characters
   * without user info; placeholders such as `{rule}` or `{group.model}` stand behind its origin and are filled in, url-encoded. @defaultValue none
   *
   * @example
   * { Runbook: 'https://wiki.example.com/{rule}', Logs: 'https://logs.example.com/search?q={message}&from={fromMs}' }
   */
  readonly links?: Readonly<Record<string, string>> | undefined
  /**
   * At most 10 labels, told with every alert: texts of at most 200 characters by names of at most 64 letters, digits and `_`, no digit first.
   * `severity` (`critical`, else `error`, `warning`, `info`) is PagerDuty's and Alertmanager's own, elsewhere colour and word.
   * @defaultValue none
   */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /**
   * The body where `format` is `'template'`: any JSON of at most 16384 bytes and 32 levels. Placeholders such as `{title}` are filled in within
   * texts, not in names; a text that is nothing but the placeholder of a number becomes that number, and `{{` is a brace. @defaultValue none
   *
   * @example
   * { chat_id: 42, text: '{title}\n{text}' }
   */
  readonly template?: JsonValue | undefined
  /**
   * At most 20 further headers of each request, 4096 characters together. As secret as `secret`, and like it used only for the origin of the
   * `url` beside which they are given. Not those that the request has anyway, nor `authorization` beside a `secret`. @defaultValue none
   */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A value that a condition can compare with. */
export type Scalar = string | number | boolean

/** A condition without `not`. */
export type PlainCondition =
  | Scalar
  | readonly Scalar[]
  | { readonly prefix: string }
  | { readonly regex: string }
  | { readonly gte?: number | LevelName | undefined; readonly lte?: number | LevelName | undefined }

/**
 * A condition on one value. It holds if the value equals this one or one of these, begins with `prefix`, has a match of `regex` (RE2's
 * syntax, at most 1000 characters), or lies between `gte` and `lte`, both included. `not` holds where the condition in it does not, also
 * where there is no such value.
 */
export type Condition = PlainCondition | { readonly not: Condition }

/**
 * Conditions by record field, `level`, or line path. All must hold.
 *
 * @example
 * { 'app.area': 'payments', level: { gte: 'error' }, errorMessage: { regex: '(?i)db (timeout|refused)' } }
 */
export interface Match {
  readonly [path: string]: Condition
}

/** One of several rules. An option that it leaves out, it inherits from the options beside `rules`. */
export interface RuleDefinition extends RuleOptions {
  /** 1 to 64 letters, digits, `_` and `-`, unique among the rules. */
  readonly name: string
  /** Conditions that an error must meet to count for the rule. @defaultValue none: all errors count */
  readonly match?: Match | undefined
}

/** The options of `logsiren/pino`, `logsiren/winston` and `createEvaluator`. */
export interface LogsirenOptions extends RuleOptions {
  /**
   * At most 100 rules, each with its own conditions, threshold, cooldown and destination. An error may count for several.
   * @defaultValue one rule, `default`
   */
  readonly rules?: readonly RuleDefinition[] | undefined
  /**
   * At most 100 sets of conditions: an error that meets one of them is counted by no rule, and shows as `ignored` in `stats()`. It takes the
   * further lines of its request along. @defaultValue none
   *
   * @example
   * [{ errorMessage: { regex: 'ECONNRESET|premature close' } }, { 'req.url': { prefix: '/health' } }]
   */
  readonly ignore?: readonly Match[] | undefined
  /**
   * The Redis in which the fleet counts together: a URL, ioredis options, a cluster, or (in-process) an ioredis client.
   * @defaultValue none: each process counts for itself
   */
  readonly redis?: RedisOption | undefined
  /** Redis key of the run-time config. The state keys are named after it. @defaultValue 'meta:log:webhook' */
  readonly configKey?: string | undefined
  /**
   * What a process does once Redis has not answered for 5 s, and at `close()`: `'local'` raises and sends alerts from its own errors
   * alone, marked `degraded`; `'hold'` raises them when Redis is back. @defaultValue 'local'
   */
  readonly onRedisDown?: OnRedisDown | undefined
  /** Lowest level at which a line that carries an error counts: a name, or a number on pino's scale, 1 to 2147483647. @defaultValue 'warn' */
  readonly minLevel?: LevelName | number | undefined
  /**
   * Line paths where record fields, the level and the request's id are read. Of several, the first with a usable value wins.
   * @defaultValue the usual loggers' places
   *
   * @example
   * { statusCode: 'http.code', errorMessage: ['failure.text', 'err.message'], level: 'lvl', requestId: 'correlationId' }
   */
  readonly fields?: { readonly [field in LineField]?: string | readonly string[] | undefined } | undefined
  /** Line paths whose values an alert shows in `sample.fields`. Settable in code only. @defaultValue none */
  readonly sampleFields?: readonly string[] | undefined
  /** Line paths whose values never leave the process. Only conditions in code still see them. @defaultValue none */
  readonly redact?: readonly string[] | undefined
  /** Count the lines of one request once. @defaultValue true */
  readonly dedupeRequests?: boolean | undefined
  /** Key of a line's message, for loggers that rename it. @defaultValue `'msg'`, or what pino announces */
  readonly messageKey?: string | undefined
  /** Key of a line's error, for loggers that rename it. @defaultValue `'err'`, or what pino announces */
  readonly errorKey?: string | undefined
  /** Key under which a logger nests what it logs, like pino's `nestedKey`. @defaultValue none */
  readonly nestedKey?: string | undefined
  /** `false` refuses destinations whose address is not public, such as private and loopback ones. Settable in code only. @defaultValue true */
  readonly allowPrivateDestinations?: boolean | undefined
  /** The only origins to which alerts are sent, such as `https://hooks.example.com`. Settable in code only. @defaultValue any */
  readonly allowedOrigins?: readonly string[] | undefined
  /**
   * The http or https URL of a proxy that takes CONNECT, with user info if it needs some; or `'env'`, which reads `HTTPS_PROXY`,
   * `HTTP_PROXY` and `NO_PROXY` at the first alert. Through a proxy only `allowedOrigins` restricts destinations. Settable in code only.
   * @defaultValue false
   */
  readonly proxy?: ProxyOption | undefined
  /**
   * A URL, http or https, at most 2048 characters, without user info, that is asked (GET) once in `heartbeatSeconds` while the fleet reads
   * lines and, with `redis`, can count them: a service that watches for it says when that stops. Settable in code only. @defaultValue none
   */
  readonly heartbeatUrl?: string | undefined
  /** How often `heartbeatUrl` is asked, in seconds, 1 to 2147483647. Settable in code only. @defaultValue 60 */
  readonly heartbeatSeconds?: number | undefined
  /**
   * How long `flush()` and `close()` wait at most for counting and delivery, in milliseconds, 1 to 2147483647; in a worker at most 9000.
   * @defaultValue 5000
   */
  readonly closeTimeoutMs?: number | undefined
}

/** The options of which settings are made: those that each rule may have, `rules` and `ignore`. */
export type SettingsOptions = RuleOptions & Pick<LogsirenOptions, 'rules' | 'ignore'>

/** The option that the Winston transport alone has. */
export interface WorkerOption {
  /**
   * `true` counts and alerts in a worker thread, so that lines logged just before `process.exit()` or a crash still count and raise their
   * alert. Options must then be plain data. @defaultValue false
   */
  readonly worker?: boolean | undefined
}
