/** Time and randomness as parameters, so that everything above can be run on a clock of its own. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch; may step. */
  readonly nowMs: () => number
  /** Monotonic milliseconds from an arbitrary start; never steps back. */
  readonly monotonicMs: () => number
  /** Monotonic milliseconds that stand still while the machine is suspended, where `monotonicMs` goes on. @defaultValue `monotonicMs` */
  readonly awakeMs?: () => number
  /** Looks at both clocks at once, where that costs less than one after the other. */
  readonly moment?: () => Moment
  /**
   * Runs `task` once after `delayMs` by the monotonic clock, never earlier; returns its cancellation.
   * Such a timer does not keep the process alive unless `hold` is true.
   */
  readonly after: (delayMs: number, task: () => void, hold?: boolean) => () => void
  /** A random number from 0 up to, but not including, 1. */
  readonly random: () => number
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, task, hold = false) => {
    const dueMs = performance.now() + delayMs
    let timer: NodeJS.Timeout
    const arm = (waitMs: number): void => {
      timer = setTimeout(() => {
        // Node reckons from when its loop last looked at the clock, so it may be early.
        const leftMs = dueMs - performance.now()
        if (leftMs > 0) arm(Math.ceil(leftMs))
        else task()
      }, waitMs)
      if (!hold) timer.unref()
    }
    arm(delayMs)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/**
 * Runs a task once the caller's turn is over; returns its cancellation. Not by `queueMicrotask`, which makes an asynchronous
 * resource each time, and throws where Node has lost what that would belong to (nodejs/node#60034): where the task is to
 * tell of a crash, that is one more.
 */
export function afterTurn(task: () => void): () => void {
  let isCancelled = false
  void Promise.resolve().then(() => {
    if (!isCancelled) task()
  })
  return () => {
    isCancelled = true
  }
}

/** A moment by both clocks. */
export interface Moment {
  readonly monotonicMs: number
  readonly wallMs: number
}

export function momentOf(clock: Clock): Moment {
  return clock.moment?.() ?? { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }
}

/** A wall clock that gains less than this on the monotonic one is being corrected; more, and the machine was suspended. */
const LEAST_SUSPENSION_MS = 1000

/**
 * A clock that counts the time for which the machine was suspended. While a laptop sleeps or a virtual machine is paused the monotonic
 * clock stands still: what happened before would count as of just now, and raise an alert together with what happens after. The wall
 * clock tells, once somebody has set it right. Where it is set forward for another reason, what waits just then is taken for older than it is.
 */
export function withSuspensions(clock: Clock): Clock {
  let suspendedMs = 0
  let wallAheadMs: number | undefined
  const moment = (): Moment => {
    const awakeMs = clock.monotonicMs()
    const wallMs = clock.nowMs()
    const aheadMs = wallMs - awakeMs
    if (wallAheadMs !== undefined && aheadMs - wallAheadMs >= LEAST_SUSPENSION_MS) suspendedMs += aheadMs - wallAheadMs
    wallAheadMs = aheadMs
    return { monotonicMs: awakeMs + suspendedMs, wallMs }
  }
  return {
    ...clock,
    awakeMs: clock.awakeMs ?? clock.monotonicMs,
    monotonicMs: () => moment().monotonicMs,
    moment,
  }
}
