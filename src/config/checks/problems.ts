// Makes problems of valibot's issues. The message of each schema is its expectation ("an integer from 1 to 9"). Messages of valibot's
// own are never shown, since they repeat the value, which may be a secret.
import * as v from 'valibot'
import type { Problem } from '../../errors.js'

/** Checks an input, and returns one problem for each path that is wrong, in the order of the schema. */
export function findProblems(schema: v.GenericSchema, input: unknown): Problem[] {
  const result = v.safeParse(schema, input)
  const problems = new Map<string, Problem>()
  for (const issue of result.issues ?? []) {
    const path = v.getDotPath(issue) ?? ''
    if (!problems.has(path)) problems.set(path, { path, message: expected(path, issue.message, issue.input) })
  }
  return [...problems.values()]
}

/** The sentence "Expected `path` to be …, got …". It never shows a value that could be a secret or a URL. */
export function expected(path: string, expectation: string, input: unknown): string {
  const shown = holdsSecrets.test(path) ? kindOf(input) : show(path, input)
  return `Expected ${path === '' ? 'the whole' : `\`${path}\``} to be ${expectation}, got ${shown}`
}

const holdsSecrets = /(^|\.)(url|secret|headers|redis|allowedOrigins|proxy|heartbeatUrl)(\.|$)/
const holdsNames = /(^|\.)(windowType|window_type|minLevel|onRedisDown|format)$/

/** Shows a text only if it can be nothing but a mistyped name, number, flag or placeholder: a secret may stand in any option by mistake. */
function show(path: string, input: unknown): string {
  if (typeof input === 'number' || typeof input === 'boolean') return `\`${input}\``
  const showable = holdsNames.test(path)
    ? /^[A-Za-z]{1,16}$/
    : /^(true|false|-?\d{1,10}(\.\d{1,10})?|\{([A-Za-z_.]{0,32}\})?)$/
  return typeof input === 'string' && showable.test(input) ? `"${input}"` : kindOf(input)
}

function kindOf(input: unknown): string {
  if (input === null || input === undefined) return `${input}`
  if (input === '') return 'an empty text'
  if (typeof input === 'string') return 'another text'
  if (typeof input === 'function') return 'a function: options must be plain data'
  if (Array.isArray(input)) return 'a list'
  return typeof input === 'object' ? 'an object' : `a ${typeof input}`
}
