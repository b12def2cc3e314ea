// The counters of an evaluator: what `stats()` gives.
/**
 * What an evaluator has done since it was made; every number only grows. A notice is an alert, or the message that its errors have
 * stopped.
 */
export interface Stats {
  /** Lines and records that were handed in. */
  readonly observed: number
  /** Lines that were passed over: they are longer than 1 MiB, no JSON object, or have none of the fields that are read. */
  readonly skipped: number
  /** Errors that were counted. */
  readonly errors: number
  /** Errors that were not counted, since they meet `ignore`; the lines of one request are one. What of it was counted before stays counted. */
  readonly ignored: number
  /** Error lines that were not counted, since another line of their request was. */
  readonly duplicates: number
  /**
   * Errors that were counted here and never in the store: they were too old when they could be submitted, were not submitted before
   * the end, or their rule was off. With a worker, also lines that may be errors and did not reach it.
   */
  readonly dropped: number
  /** Errors that were counted in the group `(overflow)` of their rule, since it had `maxGroups` groups. */
  readonly overflowed: number
  /**
   * Requests and deliveries that were forgotten, since there were too many to remember. The next error line of such a request counts
   * again; such a delivery, which the store did not learn of, may be repeated.
   */
  readonly forgotten: number
  /** Alerts that this process raised. */
  readonly alerts: number
  /** Alerts that this process delivered. */
  readonly delivered: number
  /** Messages that errors have stopped that this process delivered. */
  readonly resolved: number
  /** Attempts to deliver that failed. */
  readonly failed: number
  /** Attempts to deliver a notice that this process or another one had attempted before. */
  readonly retried: number
  /** Times that the first attempt to deliver a notice had to wait, since its receiver asks for a pause. */
  readonly postponed: number
  /** Notices that this process went on to deliver, since the process that had claimed them did not. */
  readonly takenOver: number
  /** Times that a notice was put aside, since its receiver refuses it. It is tried again every half hour, and when the config changes. */
  readonly parked: number
  /** Notices that were given up: they were not delivered within a day, or the config has ended their rule. */
  readonly abandoned: number
  /** Alerts that this process raised by its own counts alone, since Redis did not answer. */
  readonly degraded: number
  /** Times that this process did not raise such an alert, since it had raised a thousand that it must report when Redis is back. */
  readonly unraised: number
  /** Submissions that the store has answered, those without an error among them. */
  readonly submissions: number
  /** Submissions, and reports of how a delivery ended, that the store did not take. Each is sent again, and counts once. */
  readonly storeFailures: number
  /** Config documents that were not valid, so that the last good one stayed in force. */
  readonly invalidConfigs: number
  /** `warning` events that were emitted. */
  readonly warnings: number
  /** `warning` events that were left out, since one that said the same of the same rule came less than a minute before. */
  readonly muted: number
  /** Calls of listeners that threw. */
  readonly listenerErrors: number
}

/** The counters behind `Stats`, which the parts of an evaluator write. */
export type Counters = { -readonly [name in keyof Stats]: number }

export function newCounters(): Counters {
  return {
    observed: 0,
    skipped: 0,
    errors: 0,
    ignored: 0,
    duplicates: 0,
    dropped: 0,
    overflowed: 0,
    forgotten: 0,
    alerts: 0,
    delivered: 0,
    resolved: 0,
    failed: 0,
    retried: 0,
    postponed: 0,
    takenOver: 0,
    parked: 0,
    abandoned: 0,
    degraded: 0,
    unraised: 0,
    submissions: 0,
    storeFailures: 0,
    invalidConfigs: 0,
    warnings: 0,
    muted: 0,
    listenerErrors: 0,
  }
}
