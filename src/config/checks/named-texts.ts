// The check of an object of texts by names, such as `labels`.
import * as v from 'valibot'
import { isObject } from '../../unknown.js'

export type NamedTexts = Readonly<Record<string, string>>

/** What is wrong with one entry, or with all together. */
export interface EntryFault {
  /** The entry; undefined where its name may not be shown, or where the fault is that of all. */
  readonly name?: string | undefined
  readonly expectation: string
  /** What is wrong: a number or a mistyped placeholder is shown, anything else is only described. */
  readonly got: unknown
}

export interface NamedTextsShape {
  readonly expectation: string
  /** How many entries there may be. */
  readonly max: number
  readonly faultOf: (name: string, text: unknown) => EntryFault | undefined
  /** The fault of all entries together, where each is right by itself. */
  readonly faultOfAll?: (texts: NamedTexts) => EntryFault | undefined
  /** What JSON Schema can say of names and texts. */
  readonly schema: object
}

/** The check of an object of texts by names. It gives a copy, in which texts are trimmed. */
export function namedTexts({
  expectation,
  max,
  faultOf,
  faultOfAll,
  schema,
}: NamedTextsShape): v.GenericSchema<unknown, NamedTexts> {
  const faultsOf = (given: object): readonly EntryFault[] => {
    const entries = Object.entries(given)
    if (entries.length > max) return [{ expectation, got: given }]
    const faults = entries.flatMap(([name, text]) => faultOf(name, text) ?? [])
    return faults.length > 0 ? faults : [faultOfAll?.(given as NamedTexts) ?? []].flat()
  }
  const checked = v.pipe(
    v.custom<object>(isObject, expectation),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return
      for (const fault of faultsOf(dataset.value)) addIssue(issueOf(fault, dataset.value))
    }),
    v.transform((texts) =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, String(text).trim()])),
    ),
    v.metadata({ type: 'object', maxProperties: max, ...schema }),
  )
  return checked
}

function issueOf({ name, expectation, got }: EntryFault, input: object): v.RawCheckIssueInfo<object> {
  if (name === undefined) return { message: expectation, input: got }
  return {
    message: expectation,
    input: got,
    path: [{ type: 'object', origin: 'value', input: Object(input), key: name, value: got }],
  }
}

/** The most characters of a name that a message shows. */
const MAX_SHOWN = 64

/** A name if a message may show it: it is short, and has only characters that stand in one line and in code marks. */
export function shownName(name: string): string | undefined {
  return name.length <= MAX_SHOWN && /^[ -_a-~]+$/.test(name) ? name : undefined
}
