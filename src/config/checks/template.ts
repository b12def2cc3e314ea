// The check of the option `template`: a JSON value in whose texts placeholders may stand.
import * as v from 'valibot'
import { isObject } from '../../unknown.js'
import type { JsonValue } from '../options.js'
import { shownName } from './named-texts.js'
import { PLACEHOLDERS, parsePlaceholders } from './placeholders.js'

/** The largest template, in bytes of its JSON. */
const MAX_BYTES = 16_384
/** The most levels of lists and objects. */
const MAX_DEPTH = 32

const JSON_VALUE = 'JSON: texts, numbers, true, false, null, and lists and objects of these'

interface Fault {
  /** Where it is below the template. */
  readonly path: readonly (string | number)[]
  readonly expectation: string
  readonly got: unknown
}

/** The check of `template`. It gives a copy. */
export const template: v.GenericSchema<unknown, JsonValue> = v.pipe(
  v.unknown(),
  v.rawCheck(({ dataset, addIssue }) => {
    const fault = faultOf(dataset.value)
    if (fault === undefined) return
    const { path, expectation, got } = fault
    const hidden = path.findIndex((key) => shownName(String(key)) === undefined)
    const [first, ...rest] = path.slice(0, hidden < 0 ? path.length : hidden).map((key) => ({
      type: 'unknown' as const,
      origin: 'value' as const,
      input: dataset.value,
      key,
      value: got,
    }))
    addIssue({ message: expectation, input: got, ...(first !== undefined && { path: [first, ...rest] }) })
  }),
  v.transform((value) => JSON.parse(JSON.stringify(value)) as JsonValue),
)

/** The first fault of a template; undefined where there is none. Never throws, and looks at no more than fits. */
function faultOf(template: unknown): Fault | undefined {
  // A value takes a byte at least. So an object that holds another twice, and that another twice, is not looked at for ever.
  const seen = { values: 0 }
  const fault = faultIn(template, [], seen)
  if (fault !== undefined) return fault
  const bytes = Buffer.byteLength(JSON.stringify(template))
  return bytes > MAX_BYTES ? tooLarge(bytes) : undefined
}

function tooLarge(got: unknown): Fault {
  return { path: [], expectation: `JSON of at most ${MAX_BYTES} bytes`, got }
}

function faultIn(value: unknown, path: Fault['path'], seen: { values: number }): Fault | undefined {
  seen.values += 1
  if (seen.values > MAX_BYTES) return tooLarge(value)
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return undefined
  if (typeof value === 'string') {
    const parsed = parsePlaceholders(value)
    return parsed.kind === 'valid' ? undefined : { path, expectation: `a text with ${PLACEHOLDERS}`, got: parsed.wrong }
  }
  if (!Array.isArray(value) && !isPlain(value)) return { path, expectation: JSON_VALUE, got: value }
  if (path.length >= MAX_DEPTH)
    return { path: [], expectation: `JSON of at most ${MAX_DEPTH} levels of lists and objects`, got: value }
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  for (const [key, member] of entries) {
    const fault = faultIn(member, [...path, key], seen)
    if (fault !== undefined) return fault
  }
  return undefined
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
