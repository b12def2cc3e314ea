// The table of the options that are not a rule's: a row for each. What is made of the rows stands at the top of rule-members.ts. Each of
// these options is used in the room that it is about.
import {
  DEFAULT_CLOSE_TIMEOUT_MS,
  DEFAULT_CONFIG_KEY,
  DEFAULT_HEARTBEAT_SECONDS,
  DEFAULT_MIN_LEVEL,
  DEFAULT_ON_REDIS_DOWN,
} from './defaults.js'
import type { LogsirenOptions, RuleOptions, WorkerOption } from './options.js'
import { type Member, type MemberOf, ruleMembers } from './rule-members.js'

type EngineOptions = Omit<LogsirenOptions, keyof RuleOptions> & WorkerOption

/** The name of any option. */
export type OptionName = keyof LogsirenOptions | keyof WorkerOption

export type EngineMembers = { readonly [name in keyof EngineOptions]-?: MemberOf<NonNullable<EngineOptions[name]>> }

/** The rows, in README's order. */
export const engineOptions: EngineMembers = {
  rules: {
    kind: 'rules',
    shown: 'one, `default`',
    meaning: '[named rules](#rules), each with its own conditions, threshold, cooldown and destination',
    inDocument: { label: 'Rules', hint: 'each counts apart. What it leaves blank is as above' },
  },
  ignore: {
    kind: 'matches',
    meaning:
      'at most 100 objects like `match`, see [Less noise](#less-noise): an error that meets one is counted by no rule, only as `ignored` in `stats()`, and so are all lines of its request',
    inDocument: {
      label: 'Ignored errors, JSON',
      hint: 'a list of conditions: [{"error_message": {"prefix": "aborted"}}]',
    },
    isComparable: true,
  },
  redis: {
    kind: 'redis',
    meaning:
      'a URL, ioredis options, `{ cluster: [nodes…], options }`, or (in-process) an ioredis client, of which a duplicate is used. Without it each process counts for itself',
  },
  configKey: {
    kind: 'text',
    fallback: DEFAULT_CONFIG_KEY,
    meaning: 'Redis key of the run-time config. The state keys are named after it',
  },
  onRedisDown: {
    kind: 'choice',
    choices: ['local', 'hold'],
    fallback: DEFAULT_ON_REDIS_DOWN,
    meaning:
      "what a process does [while Redis is away](#when-something-fails): `'local'` raises and sends alerts from its own errors alone, `'hold'` raises them when Redis is back",
  },
  minLevel: {
    kind: 'level',
    fallback: DEFAULT_MIN_LEVEL,
    meaning: "lowest level at which a line that carries an error counts: a name, or a number on pino's scale",
  },
  fields: {
    kind: 'fields',
    shown: 'the usual places',
    meaning:
      "line paths where record fields, `level`, `requestId` and `kind` are read, such as `{ statusCode: 'http.code', errorMessage: ['failure.text', 'err.message'] }`",
  },
  sampleFields: {
    kind: 'paths',
    meaning: 'line paths whose values an alert shows in `sample.fields`',
    isCodeOnly: true,
  },
  redact: {
    kind: 'paths',
    meaning:
      'line paths whose values never leave the process; like every line path they are also looked for below `meta`, `metadata` and `nestedKey`. Only conditions in code still see the values',
  },
  dedupeRequests: {
    kind: 'flag',
    fallback: true,
    meaning:
      'count the lines of one request once, merged. A rule waits up to 1 s for what it looks at and only a later line may have, such as a status',
  },
  messageKey: {
    kind: 'text',
    shown: "`'msg'`",
    meaning: "key of a line's message, for loggers that rename it; pino announces its own",
  },
  errorKey: {
    kind: 'text',
    shown: "`'err'`",
    meaning: "key of a line's error, for loggers that rename it; pino announces its own",
  },
  nestedKey: { kind: 'text', meaning: "key under which a logger nests what it logs, like pino's `nestedKey`" },
  allowPrivateDestinations: {
    kind: 'flag',
    fallback: true,
    meaning: '`false` refuses destinations whose address is not public',
    isCodeOnly: true,
  },
  allowedOrigins: {
    kind: 'origins',
    shown: 'any',
    meaning: 'the only origins (scheme, host and port) to which alerts are sent',
    isCodeOnly: true,
  },
  proxy: {
    kind: 'proxy',
    fallback: false,
    meaning:
      "http or https URL of a proxy that takes CONNECT, with user info if it needs some; or `'env'`, which reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. Through a proxy only `allowedOrigins` restricts destinations",
    isCodeOnly: true,
  },
  heartbeatUrl: {
    kind: 'url',
    fallback: '',
    meaning:
      'URL that is [asked (GET)](#heartbeat) once in `heartbeatSeconds` while the fleet reads lines and can count them, so that a service that watches for it says when that stops',
    isCodeOnly: true,
  },
  heartbeatSeconds: {
    kind: 'integer',
    fallback: DEFAULT_HEARTBEAT_SECONDS,
    meaning: 'how often `heartbeatUrl` is asked, in seconds',
    isCodeOnly: true,
  },
  closeTimeoutMs: {
    kind: 'integer',
    fallback: DEFAULT_CLOSE_TIMEOUT_MS,
    meaning:
      'how long `flush()` and `close()` wait at most for counting and delivery, in milliseconds; at most 9000 in a worker',
  },
  worker: {
    kind: 'flag',
    fallback: false,
    meaning: '[Winston](#winston) only: count and alert in a worker thread',
    isWinstonOnly: true,
  },
}

/** The rows of all options, in README's order. */
export const optionMembers: Readonly<Record<OptionName, Member>> = { ...ruleMembers, ...engineOptions }

/** The options whose rows pass this test, in README's order. */
export function optionsWith(has: (member: Member) => boolean): readonly OptionName[] {
  // Object.entries loses the type of the names.
  const rows = Object.entries(optionMembers) as [OptionName, Member][]
  return rows.filter(([, member]) => has(member)).map(([name]) => name)
}

/** The options that operators' tools take: where the config is, and where alerts may go. */
export const controlOptionNames = ['redis', 'configKey', 'allowedOrigins', 'allowPrivateDestinations', 'proxy'] as const
