/** What an evaluator has done since it was made; every number only grows. */
export interface Stats {
  /** Lines and records handed in. */
  readonly observed: number
  /** Of these, passed over: too long, or looked at and found to be no JSON object or without anything that is read. */
  readonly skipped: number
  /** Of these, judged to be errors and counted. */
  readonly errors: number
  /** Error lines of a request that had been counted already. */
  readonly duplicates: number
  /**
   * Counted errors that the store never counted: too old when they could be submitted, not submitted by the end, or their rule was off.
   * Where a worker evaluates, also lines that may be errors and never got there.
   */
  readonly dropped: number
  /** Counted errors whose group found no room and that share their rule's overflow group. */
  readonly overflowed: number
  /**
   * Requests and deliveries that had to be forgotten, since there were too many to remember: a request's next error line counts again,
   * a delivery that the store does not learn of may be repeated.
   */
  readonly forgotten: number
  /** Alerts raised here. */
  readonly alerts: number
  /** Alerts delivered by this process. */
  readonly delivered: number
  /** Ends of alerts delivered by this process. */
  readonly resolved: number
  /** Attempts that failed. */
  readonly failed: number
  /** Attempts at notices that had been attempted before, by any process. */
  readonly retried: number
  /** Times that a notice had to wait for its first attempt, since its receiver asks for a pause. */
  readonly postponed: number
  /** Notices that another process had claimed before, and that this one went on with. */
  readonly takenOver: number
  /** Times that a notice was put aside since its receiver refuses it, to be tried again when the config changes, or now and then. */
  readonly parked: number
  /** Notices that were given up: not delivered for a day, or of a rule that the config has ended. */
  readonly abandoned: number
  /** Alerts raised by this process alone, since Redis was away. */
  readonly degraded: number
  /** Times that a process alone could not raise an alert, since it had raised too many for the fleet to learn of. */
  readonly unraised: number
  /** Submissions that the store has answered, heartbeats included. */
  readonly submissions: number
  /** Submissions and settlements that failed; each is tried again. */
  readonly storeFailures: number
  /** Config documents that were not valid and changed nothing. */
  readonly invalidConfigs: number
  /** `warning` events. */
  readonly warnings: number
  /** Warnings that were left out, since one of the same code was less than a minute ago. */
  readonly muted: number
  /** Listeners of ours that threw. */
  readonly listenerErrors: number
}

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
