// A line or record that is judged.
import type { Telling } from '../../alert/occurrence.js'
import type { Moment } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { mergeRecords } from '../../record/log-record.js'
import { plainRoots } from '../../record/reading/cloneable-roots.js'
import type { RequestTraits } from '../../record/reading/request-traits.js'
import type { Subject } from '../../rule/matcher.js'

/** A line or record that may be an error for one rule or another. */
export interface Candidate extends Telling, Moment {
  readonly isError: (rule: RuleSettings) => boolean
  readonly subject: Subject
  /** The request of its line; undefined where no other line of that request needs to be recognized. */
  readonly request: RequestTraits | undefined
}

/** Copies what conditions and groups look at: the line's objects are the application's, which may change them. */
export function copied(line: Candidate): Candidate {
  const { roots, severity, record } = line.subject
  record()
  return { ...line, subject: { roots: plainRoots(roots), severity, record } }
}

/** The first of these lines of one request, with what it lacks from the others. */
export function completed(lines: readonly [Candidate, ...Candidate[]]): Candidate {
  const [first] = lines
  const roots = lines.flatMap(({ subject }) => subject.roots)
  const severity = lines.find(({ subject }) => subject.severity > 0)?.subject.severity ?? 0
  const merged = (): ReturnType<Subject['record']> =>
    lines
      .slice(1)
      .reduce((known, { subject, isLast }) => mergeRecords(known, subject.record(), isLast), first.subject.record())
  return { ...first, subject: { roots, severity, record: once(merged) } }
}

/** Calls `make` at the first call, and gives the same value from then on. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
