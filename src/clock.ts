// Time and randomness as a parameter, so that tests, the simulation and the backtest run on clocks of their own.
import { AsyncResource } from 'node:async_hooks'

/** Tells the time, sets timers and draws random numbers; whatever needs one of these gets a clock. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch; may step. */
  readonly nowMs: () => number
  /** Monotonic milliseconds from an arbitrary start; never steps back. */
  readonly monotonicMs: () => number
  /** Monotonic milliseconds that stand still while the machine is suspended, where `monotonicMs` goes on. @defaultValue `monotonicMs` */
  readonly awakeMs?: () => number
  /** Reads both clocks at once, where that costs less than one after the other. */
  readonly moment?: () => Moment
  /**
   * Runs `task` once after `delayMs` by the monotonic clock, never earlier; returns its cancellation.
   * Such a timer does not keep the process alive unless `hold` is true. The task runs outside of any request's async context.
   */
  readonly after: (delayMs: number, task: () => void, hold?: boolean) => () => void
  /** A random number from 0 up to, but not including, 1. */
  readonly random: () => number
}

/** The async context in which this module was loaded: outside of any request, unless the application loads it within one. */
const outside = new AsyncResource('logsiren')

/**
 * Runs a task outside of any request's async context, and gives what it returns.
 *
 * Node hands the context of a request on to whatever is begun in it: a timer, a promise, a socket. The first error of a request begins a batch;
 * from there the context would reach the alert of a whole fleet, and what listeners log of it would carry that request's id. A connection
 * that is opened in a request would keep its data in memory for good. So what leaves the caller's turn goes through here.
 */
export function outsideRequests<T>(task: () => T): T {
  return outside.runInAsyncScope(task)
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, task, hold = false) => {
    const dueMs = performance.now() + delayMs
    let timer: NodeJS.Timeout
    const arm = (waitMs: number): void => {
      const check = (): void => {
        // Node measures from when its event loop last read the clock, so a timer may fire early.
        const leftMs = dueMs - performance.now()
        if (leftMs > 0) arm(Math.ceil(leftMs))
        else task()
      }
      timer = outsideRequests(() => setTimeout(check, waitMs))
      if (!hold) timer.unref()
    }
    arm(delayMs)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/**
 * Runs a task once the caller's turn is over, outside of any request's async context; returns its cancellation. It avoids `queueMicrotask`, which makes an async
 * resource each time and throws where Node has lost the context of that (nodejs/node#60034): while a process reports a
 * crash, that would be a second one.
 */
export function afterTurn(task: () => void): () => void {
  let isCancelled = false
  outsideRequests(() => {
    void Promise.resolve().then(() => {
      if (!isCancelled) task()
    })
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

/** Reads both clocks, by `moment` where the clock has it. */
export function momentOf(clock: Clock): Moment {
  return clock.moment?.() ?? { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }
}

/** A wall clock that gains this much (ms) on the monotonic one between two readings shows a suspension; less is a correction. */
const LEAST_SUSPENSION_MS = 1000

/**
 * A clock whose monotonic time goes on while the machine is suspended. While a laptop sleeps or a virtual machine is paused, the
 * system's monotonic clock stands still: errors from before would seem to have just happened, and could raise a false alert
 * together with new ones. The wall clock shows how long that was, once it is set right. The price: where the wall clock is set
 * forward for another reason, errors that wait at that moment are taken for older than they are.
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
