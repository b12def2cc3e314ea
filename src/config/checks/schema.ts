// The one set of checks: options and the config document are built from these same parts.
// Each check's message is its expectation; problems.ts makes the sentence. `metadata` says for json-schema.ts what a check cannot.
import * as v from 'valibot'
import { MAX_INTEGER, MAX_URL_LENGTH } from '../defaults.js'
import { formats } from '../formats.js'
import type { Format, OnRedisDown, ProxyOption } from '../options.js'
import { isProxyUrl, isUsableSecret, SECRET_EXPECTATION, URL_EXPECTATION, urlFault } from './destination.js'

/** An object with these members; others are passed over. valibot itself takes a list for an object. */
export function objectOf(entries: v.ObjectEntries, expectation: string): v.GenericSchema {
  return v.pipe(
    v.custom<object>((input) => !Array.isArray(input), expectation),
    v.object(entries, expectation),
  )
}

const positive = `an integer from 1 to ${MAX_INTEGER}`

/** A count or a span, as options take it. */
export const positiveInteger: v.GenericSchema<number> = v.pipe(
  v.number(positive),
  v.integer(positive),
  v.minValue(1, positive),
  v.maxValue(MAX_INTEGER, positive),
)

const documented = `an integer of at most ${MAX_INTEGER}`

/** The same in a config document, where 0 and less stand for the default. */
export const documentInteger: v.GenericSchema<number> = v.pipe(
  v.number(documented),
  v.integer(documented),
  v.maxValue(MAX_INTEGER, documented),
)

export const flag: v.GenericSchema<boolean> = v.boolean('true or false')

/** A destination; blank is allowed and means none. */
export const url: v.GenericSchema<string> = v.pipe(
  v.string(URL_EXPECTATION),
  v.metadata({ maxLength: MAX_URL_LENGTH, pattern: '^\\s*([Hh][Tt][Tt][Pp][Ss]?:.*)?$' }),
  v.transform((value) => value.trim()),
  v.check(
    (value) => value === '' || urlFault(value) === undefined,
    (issue) => urlFault(issue.input) ?? URL_EXPECTATION,
  ),
)

export const secret: v.GenericSchema<string> = v.pipe(
  v.string(SECRET_EXPECTATION),
  v.metadata({ pattern: '^\\s*[ -~]*\\s*$' }),
  v.transform((value) => value.trim()),
  v.check(isUsableSecret, SECRET_EXPECTATION),
)

export const windowType: v.GenericSchema<'sliding' | 'fixed'> = v.picklist(['sliding', 'fixed'], "'sliding' or 'fixed'")

export const format: v.GenericSchema<Format> = v.picklist(
  formats,
  `one of ${formats.map((one) => `'${one}'`).join(', ')}`,
)

export const onRedisDown: v.GenericSchema<OnRedisDown> = v.picklist(['local', 'hold'], "'local' or 'hold'")

const PATH = 'a line path such as `http.code`'
export const linePath: v.GenericSchema<string> = v.pipe(v.string(PATH), v.nonEmpty(PATH))

export const linePaths: v.GenericSchema<readonly string[]> = v.array(linePath, 'a list of line paths')

/** One path or several, read in order. */
export const linePathOrPaths: v.GenericSchema<string | readonly string[]> = v.union(
  [linePath, v.array(linePath)],
  'a line path or a list of line paths',
)

/** Most paths that a group is made of. */
const MAX_GROUP_PATHS = 8
const GROUP_BY = `a record field or line path, or a list of at most ${MAX_GROUP_PATHS}`

/** What errors are grouped by: nothing where it is an empty text or list. */
export function groupByOf(path: v.GenericSchema<string>): v.GenericSchema<unknown, readonly string[]> {
  return v.pipe(
    v.custom<string | readonly unknown[]>((input) => typeof input === 'string' || Array.isArray(input), GROUP_BY),
    v.transform((input) => [input].flat().filter((one) => one !== '')),
    v.array(path),
    v.maxLength(MAX_GROUP_PATHS, GROUP_BY),
    // As it is written; the array above is what it becomes, without blanks.
    v.metadata({ type: ['string', 'array'], items: { type: 'string' } }),
  )
}

const PRIVATE =
  /^(raw)?(headers?|cookies?|query|querystring|params?)$|^((req(uest)?|res(ponse)?)_?)?body$|^set-cookie$/i

/** A path that a config document may name, whose writer may not be the one whose users' data it is. */
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
/** A name that must be there: the blank default only makes this check, not its object, speak of one that is missing. */
export const ruleName: v.GenericSchema = v.optional(
  v.pipe(v.string(RULE_NAME), v.regex(/^[\w-]{1,64}$/, RULE_NAME)),
  '',
)

/** Text that is not blank, for names and keys. */
export const name: v.GenericSchema<string> = v.pipe(
  v.string('a text'),
  v.check((value) => value.trim() !== '', 'a text that is not blank'),
)
