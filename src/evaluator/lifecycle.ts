// Until all that was observed is counted and delivered, how long that is waited for, and what holds the process meanwhile.
import type { Clock } from '../clock.js'
import { ATTEMPT_TIMEOUT_MS } from '../deliver/http-client.js'
import type { Submitter } from './counting/submitter.js'
import type { Dispatcher } from './dispatch/dispatcher.js'
import type { FirstConfigHold } from './intake/first-config-hold.js'

/** Of the time to finish so much is kept for all but waiting and one attempt. */
const MARGIN_MS = 500

export interface LifecycleParts {
  readonly clock: Clock
  /** What cannot be judged before the store has told the config. */
  readonly hold: FirstConfigHold | undefined
  readonly submitter: Submitter
  readonly dispatcher: Dispatcher
}

export interface Lifecycle {
  /** Resolves when what was observed until now is counted, and what that raised has had its first attempt, or after `maxMs`. */
  flush(maxMs: number): Promise<void>
  /**
   * The same where nothing can be done later: the store is asked on though it is known to be away; what it has not answered for by
   * the time that one attempt needs is judged by this process alone, and the store is told what became of it.
   */
  finish(maxMs: number): Promise<void>
}

export function createLifecycle({ clock, hold, submitter, dispatcher }: LifecycleParts): Lifecycle {
  async function drain(isPatient: boolean): Promise<void> {
    if (hold?.isReleased === false) await submitter.flush(isPatient)
    await submitter.flush(isPatient)
    await dispatcher.idle()
  }

  async function finish(maxMs: number): Promise<void> {
    const patienceMs = Math.max(maxMs - ATTEMPT_TIMEOUT_MS - MARGIN_MS, maxMs / 2)
    const cancel = clock.after(patienceMs, () => {
      hold?.release()
      submitter.giveUpOnStore()
    })
    await drain(true)
    cancel()
    await dispatcher.settled()
    await within(clock, MARGIN_MS, submitter.flushCounters())
    // That may have brought something to deliver.
    await dispatcher.settled()
  }

  return {
    flush: (maxMs) => within(clock, maxMs, drain(false)),
    finish: (maxMs) => within(clock, maxMs, finish(maxMs)),
  }
}

/** Waits for a task, but no longer than that; keeps the process alive so long. */
async function within(clock: Clock, maxMs: number, task: Promise<void>): Promise<void> {
  let cancel = (): void => {}
  const deadline = new Promise<void>((resolve) => {
    cancel = clock.after(maxMs, resolve, true)
  })
  await Promise.race([task, deadline])
  cancel()
}
