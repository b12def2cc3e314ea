// The other options: a row for each that is not a rule's own. What rule-members.ts says of its rows holds here, too; these are used in
// the rooms that they are about.
import { DEFAULT_CLOSE_TIMEOUT_MS, DEFAULT_CONFIG_KEY, DEFAULT_MIN_LEVEL, DEFAULT_ON_REDIS_DOWN } from './defaults.js'
import type { LogsirenOptions, RuleOptions, WorkerOption } from './options.js'
import { type Member, type MemberOf, ruleMembers } from './rule-members.js'

type EngineOptions = Omit<LogsirenOptions, keyof RuleOptions> & WorkerOption

/** Every option there is. */
export type OptionName = keyof LogsirenOptions | keyof WorkerOption

export type EngineMembers = { readonly [name in keyof EngineOptions]-?: MemberOf<NonNullable<EngineOptions[name]>> }

/** In README's order. */
export const engineOptions: EngineMembers = {
  rules: {
    kind: 'rules',
    shown: 'one, `default`',
    meaning: '[named rules](#rules), each with its own conditions, threshold, cooldown and destination',
    inDocument: { label: 'Rules, JSON', hint: 'blank: those in code. A secret that a rule leaves out stays' },
  },
  redis: {
    kind: 'redis',
    meaning:
      'a URL, ioredis options, `{ cluster: [nodes…], options }`, or (in-process) an ioredis client, of which a duplicate is used. Without it counts stay in this process',
  },
  configKey: {
    kind: 'text',
    fallback: DEFAULT_CONFIG_KEY,
    meaning: 'Redis key that holds the run-time config; the state keys take its name',
  },
  onRedisDown: {
    kind: 'choice',
    choices: ['local', 'hold'],
    fallback: DEFAULT_ON_REDIS_DOWN,
    meaning:
      "[while Redis is away](#when-something-fails): `'local'` alerts by what this process alone sees, `'hold'` raises that when Redis is back",
  },
  minLevel: {
    kind: 'level',
    fallback: DEFAULT_MIN_LEVEL,
    meaning: 'lowest level, a name or a pino number, at which an attached error counts',
  },
  fields: {
    kind: 'fields',
    shown: 'the usual places',
    meaning:
      "where record fields are read: `{ statusCode: 'http.code', errorMessage: ['failure.text', 'err.message'] }`",
  },
  sampleFields: {
    kind: 'paths',
    meaning: 'further line paths to put into `sample.fields`',
    isCodeOnly: true,
  },
  redact: {
    kind: 'paths',
    meaning:
      'line paths whose values never leave the process, found as every line path is: below `meta`, `metadata` and `nestedKey` too. Only conditions in code still see them',
  },
  dedupeRequests: { kind: 'flag', fallback: true, meaning: 'count the lines of one request once' },
  messageKey: {
    kind: 'text',
    shown: "`'msg'`",
    meaning: "key of a line's message, for loggers that rename it; pino announces its own",
  },
  errorKey: { kind: 'text', shown: "`'err'`", meaning: "key of a line's error, likewise" },
  nestedKey: { kind: 'text', meaning: "key under which a logger nests everything, as pino's `nestedKey`" },
  allowPrivateDestinations: {
    kind: 'flag',
    fallback: true,
    meaning: '`false`: public addresses only',
    isCodeOnly: true,
  },
  allowedOrigins: {
    kind: 'origins',
    shown: 'any',
    meaning: 'origins that destinations must be in',
    isCodeOnly: true,
  },
  proxy: {
    kind: 'proxy',
    fallback: false,
    meaning:
      "a proxy's http or https URL, which may have user info, or `'env'`: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. Through one (by CONNECT) only `allowedOrigins` restricts destinations",
    isCodeOnly: true,
  },
  closeTimeoutMs: {
    kind: 'integer',
    fallback: DEFAULT_CLOSE_TIMEOUT_MS,
    meaning: 'how long `flush()` and `close()` may wait for counting and delivery; at most 9000 in a worker',
  },
  worker: {
    kind: 'flag',
    fallback: false,
    meaning: '[Winston](#winston) only: evaluate in a worker thread',
    isWinstonOnly: true,
  },
}

/** The rows of every option, in README's order. */
export const optionMembers: Readonly<Record<OptionName, Member>> = { ...ruleMembers, ...engineOptions }

/** The options whose row has this, in README's order. */
export function optionsWith(has: (member: Member) => boolean): readonly OptionName[] {
  // Object.entries widens the names, which are the record's own.
  const rows = Object.entries(optionMembers) as [OptionName, Member][]
  return rows.filter(([, member]) => has(member)).map(([name]) => name)
}

/** What the operators' tools take to find the config and to be held where alerts may go. */
export const controlOptionNames = ['redis', 'configKey', 'allowedOrigins', 'allowPrivateDestinations', 'proxy'] as const
