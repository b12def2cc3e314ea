// The checks of values, for options and for the config document; members.ts chooses the check of each option. The message of a check is
// its expectation, and problems.ts makes a sentence of it. `metadata` tells json-schema.ts what it cannot read from a check.
import * as v from 'valibot'
import { isObject } from '../../unknown.js'
import { MAX_INTEGER, MAX_URL_LENGTH } from '../defaults.js'
import { levelNames } from '../levels.js'
import { lineFields } from '../names.js'
import type { LevelName, LogsirenOptions, ProxyOption, RedisOption, RuleDefinition } from '../options.js'
import { isProxyUrl, isUsableSecret, SECRET_EXPECTATION, URL_EXPECTATION, urlFault } from './destination.js'
import { areCompilable, MAX_PATTERNS_SIZE, totalSize } from './pattern.js'
import { redisFault } from './redis-option.js'

/** An object with these members; further ones are ignored. Lists are refused first, since valibot takes a list for an object. */
export function objectOf(entries: v.ObjectEntries, expectation: string): v.GenericSchema {
  return v.pipe(
    v.custom<object>((input) => !Array.isArray(input), expectation),
    v.object(entries, expectation),
  )
}

/** A whole number from `min` to `max`, both included. */
export function integer(min: number, max: number): v.GenericSchema<number> {
  const expectation = `an integer from ${min} to ${max}`
  return v.pipe(
    v.number(expectation),
    v.integer(expectation),
    v.minValue(min, expectation),
    v.maxValue(max, expectation),
  )
}

const PERCENT = 'a number above 0 and at most 100'
export const percent: v.GenericSchema<number> = v.pipe(
  v.number(PERCENT),
  v.check((value) => value > 0, PERCENT),
  v.maxValue(100, PERCENT),
  v.metadata({ exclusiveMinimum: 0 }),
)

const documented = `an integer of at most ${MAX_INTEGER}`

/** A count in a config document. It has no lower bound, since 0 and less stand for the default. */
export const documentInteger: v.GenericSchema<number> = v.pipe(
  v.number(documented),
  v.integer(documented),
  v.maxValue(MAX_INTEGER, documented),
)

export const flag: v.GenericSchema<boolean> = v.boolean('true or false')

/** The URL of a destination, which is trimmed. Blank is allowed and means that there is no destination. */
export const url: v.GenericSchema<string> = v.pipe(
  v.string(URL_EXPECTATION),
  v.metadata({ maxLength: MAX_URL_LENGTH, pattern: '^\\s*([Hh][Tt][Tt][Pp][Ss]?:.*)?$' }),
  v.transform((value) => value.trim()),
  v.check(
    (value) => value === '' || urlFault(value) === undefined,
    (issue) => urlFault(issue.input) ?? URL_EXPECTATION,
  ),
)

/** The secret of a destination, which is trimmed. Blank is allowed and means that there is no secret. */
export const secret: v.GenericSchema<string> = v.pipe(
  v.string(SECRET_EXPECTATION),
  v.metadata({ pattern: '^\\s*[ -~]*\\s*$' }),
  v.transform((value) => value.trim()),
  v.check(isUsableSecret, SECRET_EXPECTATION),
)

/** One of these names. */
export function choice<Name extends string>(names: readonly Name[]): v.GenericSchema<Name> {
  const quoted = names.map((name) => `'${name}'`)
  return v.picklist(names, quoted.length > 2 ? `one of ${quoted.join(', ')}` : quoted.join(' or '))
}

const anyLevel = v.union([v.picklist(levelNames), integer(1, MAX_INTEGER)])
export const level: v.GenericSchema<LevelName | number> = v.custom<LevelName | number>(
  (input) => v.is(anyLevel, input),
  `a level name (${levelNames.join(', ')}) or a positive integer`,
)

const PATH = 'a line path such as `http.code`'
export const linePath: v.GenericSchema<string> = v.pipe(v.string(PATH), v.nonEmpty(PATH))

export const linePaths: v.GenericSchema<readonly string[]> = v.array(linePath, 'a list of line paths')

/** One line path, or several of which the first with a usable value wins. */
export const linePathOrPaths: v.GenericSchema<string | readonly string[]> = v.union(
  [linePath, v.array(linePath)],
  'a line path or a list of line paths',
)

type FieldPaths = NonNullable<LogsirenOptions['fields']>

/** The `fields` option: line paths by what is read there. The cast is needed because the type of `objectOf` names no members. */
export const fields: v.GenericSchema<unknown, FieldPaths> = objectOf(
  Object.fromEntries(lineFields.map((field) => [field, v.optional(linePathOrPaths)])),
  'an object of fields and line paths',
) as v.GenericSchema<unknown, FieldPaths>

export const redis: v.GenericSchema<RedisOption> = v.custom<RedisOption>(
  (input) => redisFault(input) === undefined,
  ({ input }) => {
    const fault = redisFault(input) ?? ''
    return `a redis:// or rediss:// URL, a socket path, ioredis options, { cluster: [nodes…] } or an ioredis client${fault && ` (${fault})`}`
  },
)

/** At most this many paths in `groupBy`: each alert shows a value for every one of them. */
const MAX_GROUP_PATHS = 8
const GROUP_BY = `a record field or line path, or a list of at most ${MAX_GROUP_PATHS}`

/** The `groupBy` option: a path, or a list of paths. Blank paths are left out; without paths there are no groups. */
export function groupByOf(path: v.GenericSchema<string>): v.GenericSchema<unknown, readonly string[]> {
  return v.pipe(
    v.custom<string | readonly unknown[]>((input) => typeof input === 'string' || Array.isArray(input), GROUP_BY),
    v.transform((input) => [input].flat().filter((one) => one !== '')),
    v.array(path),
    v.maxLength(MAX_GROUP_PATHS, GROUP_BY),
    // The JSON Schema describes the value as it is written: it may be a text, though it becomes a list above.
    v.metadata({ type: ['string', 'array'], items: { type: 'string' } }),
  )
}

const PRIVATE =
  /^(raw)?(headers?|cookies?|query|querystring|params?)$|^((req(uest)?|res(ponse)?)_?)?body$|^set-cookie$/i

/**
 * A path that a config document may name. Those to private data are refused: somebody who may change the config need not be allowed to
 * see the data of users, and groups and conditions would reveal it.
 */
export const sharedPath: v.GenericSchema<string> = v.pipe(
  linePath,
  v.check(
    (path) => !path.split('.').some((segment) => PRIVATE.test(segment)),
    'a path outside of headers, cookies, query, params and bodies, which only options in code may name',
  ),
)

const origin = 'an origin such as `https://hooks.example.com`'
export const origins: v.GenericSchema<readonly string[]> = v.array(
  v.pipe(
    v.string(origin),
    v.check((value) => URL.canParse(value) && new URL(value).origin === value && !value.includes('*'), origin),
  ),
  'a list of origins',
)

export const proxy: v.GenericSchema<ProxyOption> = v.custom<ProxyOption>(
  (input) => input === false || input === 'env' || (typeof input === 'string' && isProxyUrl(input)),
  "false, 'env', or an http or https URL",
)

const RULE_NAME = 'a name of 1 to 64 letters, digits, `_` and `-`'
/** The name of a rule, which must be there. Because of the blank default a missing name fails with this check's own message. */
export const ruleName: v.GenericSchema = v.optional(
  v.pipe(v.string(RULE_NAME), v.regex(/^[\w-]{1,64}$/, RULE_NAME)),
  '',
)

/** A text that is not blank: the Redis key, or a key in log lines. */
export const name: v.GenericSchema<string> = v.pipe(
  v.string('a text'),
  v.check((value) => value.trim() !== '', 'a text that is not blank'),
)

/** At most this many rules. Each adds a counter in Redis, and time to a script during which Redis serves nobody else. */
export const MAX_RULES = 100

const PATTERNS = `rules whose patterns have at most ${MAX_PATTERNS_SIZE} instructions together (a counted repetition stands for as many)`

const matchesIn = (rules: readonly unknown[]): unknown[] => rules.map((rule) => (isObject(rule) ? rule['match'] : {}))

/** A list of at most `MAX_RULES` rules of this shape. No two have the same name. */
export function rulesOf(rule: v.GenericSchema): v.GenericSchema<unknown, readonly RuleDefinition[]> {
  const rules = v.pipe(
    // Before any is looked at: a document of a few kilobytes could hold a process for seconds, or end it.
    v.custom<unknown>(
      (input) => !Array.isArray(input) || input.length <= MAX_RULES,
      `a list of at most ${MAX_RULES} rules`,
    ),
    v.custom<unknown>((input) => !Array.isArray(input) || areCompilable(matchesIn(input)), PATTERNS),
    v.array(rule, 'a list of rules'),
    v.metadata({ maxItems: MAX_RULES }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return
      const seen = new Set<unknown>()
      dataset.value.forEach((input, index) => {
        const value: unknown = typeof input === 'object' && input !== null && 'name' in input ? input.name : undefined
        if (!seen.has(value)) seen.add(value)
        else {
          addIssue({
            message: 'a name that no rule before it has',
            input: value,
            path: [
              { type: 'array', origin: 'value', input: dataset.value, key: index, value: input },
              { type: 'object', origin: 'value', input: Object(input), key: 'name', value },
            ],
          })
        }
      })
    }),
    v.check((given) => totalSize(matchesIn(given)) <= MAX_PATTERNS_SIZE, PATTERNS),
  )
  // The schema of a rule has accepted each of them.
  return rules as v.GenericSchema<unknown, readonly RuleDefinition[]>
}
