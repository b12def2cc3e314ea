/** What an evaluator has done since it was made. Every member is a whole number that begins at 0 and only grows. */
export interface Stats {
  /** Lines and records handed in. */
  readonly observed: number
  /**
   * Lines that were passed over: longer than 1 MiB, no JSON object, or without anything that is read. A line that is
   * not even looked at, since it cannot be an error, is not among them.
   */
  readonly skipped: number
  /** Lines and records that were found to be errors and counted. */
  readonly errors: number
  /** Error lines that were not counted, since their request had been counted already. */
  readonly duplicates: number
  /**
   * Counted errors that the store never counted: too old when they could be submitted, not submitted by the end, or of
   * a rule that was off. Where a worker evaluates, also lines that may be errors and never reached it.
   */
  readonly dropped: number
  /** Counted errors whose group found no room, so that they share their rule's `(overflow)` group. */
  readonly overflowed: number
  /**
   * Requests and deliveries that there was no room to remember. The next error line of such a request counts again, and
   * such a delivery may be repeated if the store has not heard of it.
   */
  readonly forgotten: number
  /** Alerts that this process raised. */
  readonly alerts: number
  /** Alerts that this process delivered. */
  readonly delivered: number
  /** Ends of alerts that this process delivered. */
  readonly resolved: number
  /** Attempts at a delivery that failed. */
  readonly failed: number
  /** Attempts at alerts, or ends of alerts, that some process had attempted before. */
  readonly retried: number
  /** Times that an alert, or the end of one, had to wait for its first attempt, since its receiver asks for a pause. */
  readonly postponed: number
  /** Alerts, and ends of alerts, that another process had claimed before and that this one went on with. */
  readonly takenOver: number
  /**
   * Times that an alert, or the end of one, was parked, since its receiver refuses it: it is tried again when the
   * config changes, and now and then.
   */
  readonly parked: number
  /**
   * Alerts, and ends of alerts, that were given up: not delivered for a day, or of a rule that was switched off or
   * removed.
   */
  readonly abandoned: number
  /** Alerts that this process raised alone, since Redis was away. */
  readonly degraded: number
  /**
   * Times that this process could not raise an alert alone, since it had raised a thousand that the fleet does not know
   * of.
   */
  readonly unraised: number
  /** Submissions that the store has answered, those without errors included. */
  readonly submissions: number
  /** Submissions and settlements that failed. A submission is repeated, and counted once. */
  readonly storeFailures: number
  /** Config documents in Redis that were not valid and changed nothing. */
  readonly invalidConfigs: number
  /** `warning` events that were emitted. */
  readonly warnings: number
  /** Warnings that were left out, since one of the same code was emitted less than a minute before. */
  readonly muted: number
  /** Times that a listener of the evaluator's events threw. */
  readonly listenerErrors: number
}

/** The counters behind `Stats`, which the parts of an evaluator write. */
export type Counters = { -readonly [name in keyof Stats]: number }

export function newCounters(): Counters {
  return {
    observed: 0,
    skipped: 0,
    errors: 0,
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
