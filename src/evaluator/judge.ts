// Which of what is observed is an error, for which rules, and whether it was counted before. No effects but on its memory
// of open requests.
import type { RuleSettings } from '../config/settings.js'
import { isErrorLine, isErrorRecord } from '../record/line-error.js'
import type { LineRecord } from '../record/log-record.js'
import type { RequestDedupe } from '../record/request-dedupe.js'
import type { Observed } from './held-records.js'

export interface JudgeOptions {
  /** The lowest severity at which an attached error counts. */
  readonly minSeverity: number
  /** Undefined where each line of a request counts for itself. */
  readonly dedupe: RequestDedupe | undefined
}

export type Verdict =
  | { readonly kind: 'fine' }
  /** An error that these rules count. */
  | { readonly kind: 'error'; readonly rules: readonly RuleSettings[] }
  /** A further line of a request that was counted; `record` is all that is known of it now. */
  | { readonly kind: 'further'; readonly rules: readonly RuleSettings[]; readonly record: LineRecord }

export type Judge = (observed: Observed, rules: readonly RuleSettings[]) => Verdict

/** Makes the function that every record and every line goes through, in their order. */
export function createJudge({ minSeverity, dedupe }: JudgeOptions): Judge {
  const isError = (observed: Observed, { statusCodeThreshold }: RuleSettings): boolean => {
    if (observed.kind === 'record') return isErrorRecord(observed.record, statusCodeThreshold)
    return isErrorLine(observed.record, statusCodeThreshold, minSeverity)
  }
  return (observed, rules) => {
    const broken = rules.filter((rule) => isError(observed, rule))
    if (observed.kind === 'record' || dedupe === undefined) {
      return broken.length === 0 ? { kind: 'fine' } : { kind: 'error', rules: broken }
    }
    const { record, monotonicMs } = observed
    const sighting = broken.length === 0 ? undefined : dedupe.see(record, monotonicMs)
    dedupe.close(record)
    if (sighting === undefined) return { kind: 'fine' }
    if (sighting.kind === 'first') return { kind: 'error', rules: broken }
    return { kind: 'further', rules: broken, record: sighting.record }
  }
}
