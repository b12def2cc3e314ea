// Gives workers the lines that were logged last, and the time to count and deliver, when the process exits.
//
// At an exit no timer fires and no message arrives any more, so lines that wait would be lost. A listener of `exit`
// still runs to its end before the process is gone: it posts what waits to the worker, and blocks until the worker has
// closed. One listener serves all workers, while there are any.
import type { Outbox } from './outbox.js'
import type { SharedState } from './shared-state.js'
import { MAX_START_MS, type Thread } from './thread.js'

interface OpenThread {
  readonly thread: Pick<Thread, 'flush' | 'blockUntil'>
  readonly outbox: Pick<Outbox, 'write'>
  readonly state: Pick<SharedState, 'isStarted' | 'isClosed'>
}

/** Each with when it should have started, by `performance.now()`. */
const openThreads = new Map<OpenThread, number>()

/** How long a thread that has started may take to close. */
const MAX_CLOSE_MS = 10_000

/** Has this worker closed at the process's exit. Returns a function to call when it has closed before. */
export function closeAtExit(open: OpenThread): () => void {
  if (openThreads.size === 0) process.on('exit', closeAll)
  openThreads.set(open, performance.now() + MAX_START_MS)
  return () => {
    openThreads.delete(open)
    if (openThreads.size === 0) process.off('exit', closeAll)
  }
}

function closeAll(): void {
  for (const { outbox, thread } of openThreads.keys()) {
    outbox.write()
    thread.flush(true, () => {})
  }
  for (const [{ thread, state }, startsByMs] of openThreads) {
    const isStarted = thread.blockUntil(() => state.isStarted, startsByMs - performance.now())
    if (isStarted) thread.blockUntil(() => state.isClosed, MAX_CLOSE_MS)
  }
}
