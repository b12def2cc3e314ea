// Options as users write them -> options that are known to be right, or one ConfigError with every problem.
import * as v from 'valibot'
import { ConfigError, type Problem } from '../errors.js'
import { match } from './checks/match.js'
import { expected, findProblems } from './checks/problems.js'
import { redisTarget } from './checks/redis-option.js'
import { rulesOf } from './checks/rules.js'
import {
  flag,
  format,
  groupByOf,
  linePath,
  linePathOrPaths,
  linePaths,
  name,
  objectOf,
  onRedisDown,
  origins,
  positiveInteger,
  proxy,
  ruleName,
  secret,
  url,
  windowType,
} from './checks/schema.js'
import { secretsMissingInOptions } from './document/missing-secrets.js'
import { levelNames } from './levels.js'
import { recordFields } from './names.js'
import type { LevelName, LogsirenOptions, RedisOption, RuleOptions, WorkerOption } from './options.js'
import { refusedOrigin, resolveSettings } from './settings.js'
import { crossingProblems } from './worker-options.js'

/** Options of the Winston transport alone, with what happens everywhere else anyway. */
const winstonOnly: Readonly<Record<string, readonly unknown[]>> = { worker: [false] }

const level = v.union([v.picklist(levelNames), positiveInteger])
const LEVEL = `a level name (${levelNames.join(', ')}) or a positive integer`

const fields = objectOf(
  Object.fromEntries(recordFields.map((field) => [field, v.optional(linePathOrPaths)])),
  'an object of record fields and line paths',
)

/** A check for each option, that gives what the interface promises. */
type Checks<Options> = { readonly [name in keyof Options]-?: v.GenericSchema<unknown, Options[name]> }

/** What each rule may have of its own. */
const ruleEntries = {
  url: v.optional(url),
  secret: v.optional(secret),
  enabled: v.optional(flag),
  threshold: v.optional(positiveInteger),
  windowSeconds: v.optional(positiveInteger),
  cooldownSeconds: v.optional(positiveInteger),
  statusCodeThreshold: v.optional(positiveInteger),
  windowType: v.optional(windowType),
  cooldownMaxSeconds: v.optional(positiveInteger),
  groupBy: v.optional(groupByOf(linePath)),
  maxGroups: v.optional(positiveInteger),
  format: v.optional(format),
  sendResolved: v.optional(flag),
} satisfies Checks<RuleOptions>

const ruleDefinition = { name: ruleName, match: v.optional(match), ...ruleEntries }

const entries = {
  ...ruleEntries,
  rules: v.optional(rulesOf(objectOf(ruleDefinition, 'a rule'))),
  redis: v.optional(
    v.custom<RedisOption>(
      (input) => redisTarget(input) !== undefined,
      'a redis:// or rediss:// URL, a socket path, ioredis options, { cluster: [nodes…] } or an ioredis client',
    ),
  ),
  configKey: v.optional(name),
  onRedisDown: v.optional(onRedisDown),
  minLevel: v.optional(v.custom<LevelName | number>((input) => v.is(level, input), LEVEL)),
  fields: v.optional(fields),
  sampleFields: v.optional(linePaths),
  redact: v.optional(linePaths),
  dedupeRequests: v.optional(flag),
  messageKey: v.optional(name),
  errorKey: v.optional(name),
  nestedKey: v.optional(name),
  allowPrivateDestinations: v.optional(flag),
  allowedOrigins: v.optional(origins),
  proxy: v.optional(proxy),
  closeTimeoutMs: v.optional(positiveInteger),
}

const transportEntries = { ...entries, worker: v.optional(flag) } satisfies Record<
  keyof (LogsirenOptions & WorkerOption),
  v.GenericSchema
>

/** Every option there is. */
export const optionNames: readonly string[] = Object.keys(transportEntries)

/**
 * Checks options; texts in `url` and `secret` come back trimmed.
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem at once
 */
export function parseOptions(input: unknown): LogsirenOptions {
  return parse(input, entries, secretsMissing) as LogsirenOptions
}

/** The same for some options of many: what they need beside them may stand elsewhere. @throws ConfigError */
export function parseSomeOptions(input: unknown): LogsirenOptions {
  return parse(input, entries, () => []) as LogsirenOptions
}

/** The same for the Winston transport, which has options of its own; with `worker`, all must be able to cross threads. */
export function parseTransportOptions(input: unknown): LogsirenOptions & WorkerOption {
  return parse(input, transportEntries, secretsMissing) as LogsirenOptions & WorkerOption
}

/** What it has accepted has the shape of the interface; `redis` passes as it is, since a client must keep its identity. */
function parse(input: unknown, known: v.ObjectEntries, lacks: (options: LogsirenOptions) => Problem[]): object {
  const schema = objectOf(known, 'an object')
  const given = withoutUndefined(input ?? {})
  const problems = [...findProblems(schema, given), ...unknownOptions(given, known)]
  if (!problems.some(({ path }) => /^(url|allowedOrigins|rules)(\.|$)/.test(path)))
    problems.push(...originProblems(given))
  if (known === transportEntries && !problems.some(({ path }) => path === 'redis'))
    problems.push(...crossingProblems(given))
  const parsed = problems.length === 0 ? (v.parse(schema, given) as LogsirenOptions) : undefined
  if (parsed !== undefined) problems.push(...lacks(parsed))
  if (parsed === undefined || problems.length > 0) throw new ConfigError(problems, 'bad options')
  return parsed
}

/** The config in Redis may bring a secret. */
function secretsMissing(options: LogsirenOptions): Problem[] {
  return options.redis === undefined ? secretsMissingInOptions(options) : []
}

/** For options of which `url` and `allowedOrigins` are right each for itself. */
function originProblems(given: unknown): Problem[] {
  const { url: destination, rules, allowedOrigins } = (typeof given === 'object' ? given : {}) as LogsirenOptions
  const destinations = rules?.map(({ name, url }) => ({ name, url: url?.trim() }))
  const settings = resolveSettings({ url: destination?.trim(), rules: destinations }, undefined)
  const message = refusedOrigin(settings, allowedOrigins)
  return message === undefined ? [] : [{ path: 'url', message }]
}

/** An option that is undefined is one that is not given. */
function withoutUndefined(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
}

function unknownOptions(input: unknown, known: object): Problem[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return []
  return [...unknownMembers(input, '', known), ...unknownInRules(input), ...unknownFields(input)]
}

function unknownMembers(input: object, prefix: string, known: object): Problem[] {
  const problems: Problem[] = []
  for (const [option, value] of Object.entries(input)) {
    if (Object.hasOwn(known, option) || value === undefined) continue
    const isOfWinston = Object.hasOwn(winstonOnly, option)
    if (isOfWinston && winstonOnly[option]?.includes(value)) continue
    const path = `${prefix}${option}`
    problems.push({ path, message: unknownOption(path, isOfWinston, value) })
  }
  return problems
}

function unknownInRules(input: object): Problem[] {
  const given: unknown = 'rules' in input ? input.rules : undefined
  if (!Array.isArray(given)) return []
  return given.flatMap((rule: unknown, index) =>
    typeof rule === 'object' && rule !== null ? unknownMembers(rule, `rules.${index}.`, ruleDefinition) : [],
  )
}

function unknownFields(input: object): Problem[] {
  const given: unknown = 'fields' in input ? input.fields : undefined
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return []
  return Object.keys(given)
    .filter((field) => !recordFields.some((known) => known === field))
    .map((field) => ({
      path: `fields.${field}`,
      message: `Expected \`fields\` to hold record fields only (${recordFields.join(', ')}), got \`${field}\``,
    }))
}

function unknownOption(option: string, isOfWinston: boolean, value: unknown): string {
  if (isOfWinston) return `Expected \`${option}\` to be left out: only the Winston transport has it`
  if (typeof value === 'function') return expected(option, 'left out', value)
  const near = Object.keys(entries).find((known) => known.toLowerCase() === option.replace(/[_-]/g, '').toLowerCase())
  return `Expected only known options, got \`${option}\`${near === undefined ? '' : ` (did you mean \`${near}\`?)`}`
}
