// How an evaluator is flushed and finished: until everything that was observed is counted and delivered, or the time is
// up. The process is kept alive meanwhile.
import type { Clock } from '../clock.js'
import type { Submitter } from './counting/submitter.js'
import type { Dispatcher } from './dispatch/dispatcher.js'
import type { FirstConfigHold } from './intake/first-config-hold.js'

/** Milliseconds of the time to finish that are left for everything beside waiting for the store and one attempt. */
const MARGIN_MS = 500

export interface LifecycleParts {
  readonly clock: Clock
  /**
   * Holds what cannot be judged before the store has sent the config; undefined where the config is known from the
   * start.
   */
  readonly hold: FirstConfigHold | undefined
  /** Judges the errors that wait for more of their requests. */
  readonly settle: () => void
  readonly submitter: Submitter
  readonly dispatcher: Dispatcher
  /** How long an attempt may take, in ms: the longest of all rules in force. */
  readonly timeoutMs: () => number
}

export interface Lifecycle {
  /**
   * Resolves when everything observed until now is counted, and what that raised has had its first attempt, or after
   * `maxMs`.
   */
  flush(maxMs: number): Promise<void>
  /**
   * Flushes where the process is about to end, and resolves after `maxMs` at the latest.
   *
   * A store that is known to be away is asked all the same, since it may come back in time: for half of `maxMs`, or for
   * all but what one attempt needs where that is more. Then it is given up on: this process judges alone what the store
   * has not answered for, delivers what that raises, and tells the store what became of it.
   */
  finish(maxMs: number): Promise<void>
}

export function createLifecycle({ clock, hold, settle, submitter, dispatcher, timeoutMs }: LifecycleParts): Lifecycle {
  async function drain(isPatient: boolean): Promise<void> {
    if (hold?.isReleased === false) await submitter.flush(isPatient)
    settle()
    await submitter.flush(isPatient)
    await dispatcher.idle()
  }

  async function finish(maxMs: number): Promise<void> {
    dispatcher.endsSoon()
    const patienceMs = Math.max(maxMs - timeoutMs() - MARGIN_MS, maxMs / 2)
    const cancel = clock.after(patienceMs, () => {
      hold?.release()
      settle()
      submitter.giveUpOnStore()
    })
    await drain(true)
    cancel()
    await dispatcher.settled()
    await within(clock, MARGIN_MS, submitter.flushCounters())
    // The answer to that may have brought something to deliver.
    await dispatcher.settled()
  }

  return {
    flush: (maxMs) => within(clock, maxMs, drain(false)),
    finish: (maxMs) => within(clock, maxMs, finish(maxMs)),
  }
}

/** Waits for `task`, for `maxMs` at most, and keeps the process alive meanwhile. */
async function within(clock: Clock, maxMs: number, task: Promise<void>): Promise<void> {
  let cancel = (): void => {}
  const deadline = new Promise<void>((resolve) => {
    cancel = clock.after(maxMs, resolve, true)
  })
  await Promise.race([task, deadline])
  cancel()
}
