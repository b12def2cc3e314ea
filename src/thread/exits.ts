// However the process ends, a worker gets the lines that were logged and the time to count and to tell them: `exit` blocks
// until it has closed. One listener for all of them, while there are any.
import type { Outbox } from './outbox.js'
import type { Thread } from './thread.js'

const openThreads = new Map<Thread, Pick<Outbox, 'write'>>()

/** A thread that is not there yet may miss what is written when nobody yields; pino waits for it as long. */
const START_MS = 100

/** Returns what to call when the thread has closed by itself. */
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
      // It took too long, or is gone: that must not change how the process ends.
    }
  }
}
