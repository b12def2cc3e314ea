// Gives workers the lines that were logged last, and the time to count and deliver, when the process exits.
//
// At an exit no timer fires and no message arrives any more, so lines that wait would be lost. A listener of `exit`
// still runs to its end before the process is gone: it posts what waits to the worker, and blocks until the worker has
// closed. One listener serves all workers, while there are any.
import type { Outbox } from './outbox.js'
import type { SharedState } from './shared-state.js'
import type { Thread } from './thread.js'

interface OpenThread {
  readonly thread: Pick<Thread, 'flush' | 'blockUntil'>
  readonly outbox: Pick<Outbox, 'write'>
  readonly state: Pick<SharedState, 'isStarted' | 'isClosed'>
}

const openThreads = new Set<OpenThread>()

/** How long a thread may take to start, and then to close. */
const MAX_WAIT_MS = 10_000

/** Has this worker closed at the process's exit. Returns a function to call when it has closed before. */
export function closeAtExit(open: OpenThread): () => void {
  if (openThreads.size === 0) process.on('exit', closeAll)
  openThreads.add(open)
  return () => {
    openThreads.delete(open)
    if (openThreads.size === 0) process.off('exit', closeAll)
  }
}

function closeAll(): void {
  for (const { outbox, thread } of openThreads) {
    outbox.write()
    thread.flush(true, () => {})
  }
  for (const { thread, state } of openThreads) {
    if (thread.blockUntil(() => state.isStarted, MAX_WAIT_MS)) thread.blockUntil(() => state.isClosed, MAX_WAIT_MS)
  }
}
