// Which errors are ignored: those that meet all conditions of one of several sets. Pure.
import type { Ignoring } from '../config/settings.js'
import { compileTests, type Subject } from './matcher.js'
import type { Patterns } from './patterns.js'

/** `'open'`: what the error lacks decides, and a further line of its request may have that. */
export type Verdict = 'ignored' | 'counted' | 'open'

/** `mayBeOpen` says whether a further line may come. Where none may, a condition is judged by what there is, as a rule's is. */
export type IgnoreFilter = (subject: Subject, mayBeOpen: boolean) => Verdict

export const ignoreNothing: IgnoreFilter = () => 'counted'

/** One condition: the index of the path that it looks at, and its tests of what is there. */
interface Condition {
  readonly at: number
  readonly holds: (value: unknown) => boolean
  readonly isMissing: (value: unknown) => boolean
}

/** Values at `redact` paths are hidden from conditions that are the document's. What several conditions look at is read once. */
export function compileIgnoring(
  { ignore, isIgnoreShared }: Ignoring,
  redact: readonly string[] | undefined,
  patterns: Patterns,
): IgnoreFilter {
  if (ignore.length === 0) return ignoreNothing
  const hidden = isIgnoreShared ? redact : []
  const reads = new Map<string, (subject: Subject) => unknown>()
  const sets = ignore.map((match) =>
    compileTests(match, hidden, patterns).map(({ path, read, holds, isMissing }): Condition => {
      if (!reads.has(path)) reads.set(path, read)
      return { at: [...reads.keys()].indexOf(path), holds, isMissing }
    }),
  )
  const readers = [...reads.values()]
  return (subject, mayBeOpen) => {
    const values = readers.map((read) => read(subject))
    let verdict: Verdict = 'counted'
    for (const set of sets) {
      const one = verdictOf(set, values, mayBeOpen)
      if (one === 'ignored') return one
      if (one === 'open') verdict = one
    }
    return verdict
  }
}

/** A condition that does not hold for what is there settles it, whatever else is missing. */
function verdictOf(set: readonly Condition[], values: readonly unknown[], mayBeOpen: boolean): Verdict {
  let verdict: Verdict = 'ignored'
  for (const { at, holds, isMissing } of set) {
    const value = values[at]
    if (mayBeOpen && isMissing(value)) verdict = 'open'
    else if (!holds(value)) return 'counted'
  }
  return verdict
}
