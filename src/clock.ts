import { performance } from 'node:perf_hooks'

/** Time and randomness as parameters, so that everything above can be run on a clock of its own. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch; may step. */
  readonly nowMs: () => number
  /** Monotonic milliseconds from an arbitrary start; never steps back. */
  readonly monotonicMs: () => number
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
