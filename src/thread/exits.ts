// Gives workers the lines that were logged last, and the time to count and deliver, when the process exits.
//
// At an exit no timer fires and no message arrives any more, so lines that wait would be lost. A listener of `exit`
// still runs to its end before the process is gone: it writes what waits to the memory that both threads share, and
// blocks until the worker has closed. One listener serves all workers, while there are any.
import type { Outbox } from './outbox.js'
import type { Thread } from './thread.js'

const openThreads = new Map<Thread, Pick<Outbox, 'write'>>()

/**
 * How long a thread that is still starting is given before it is ended. A thread may miss what is written before it is
 * ready and this one never yields; pino waits for as long.
 */
const START_MS = 100

/** Has this worker closed at the process's exit. Returns a function to call when it has closed before. */
export function closeAtExit(thread: Thread, outbox: Pick<Outbox, 'write'>): () => void {
  if (openThreads.size === 0) process.on('exit', closeAll)
  openThreads.set(thread, outbox)
  return () => {
    openThreads.delete(thread)
    if (openThreads.size === 0) process.off('exit', closeAll)
  }
}

function closeAll(): void {
  for (const [thread, outbox] of openThreads) {
    try {
      outbox.write()
      thread.flushSync()
      if (!thread.ready) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, START_MS)
      thread.end()
    } catch {
      // The worker took too long, or is gone. That must not change how the process ends.
    }
  }
}
