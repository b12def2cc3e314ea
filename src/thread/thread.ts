// The worker thread as a stream of text.
import type { Worker } from 'node:worker_threads'
import ThreadStream from 'thread-stream'
import type { LogsirenOptions } from '../config/options.js'

/** What crosses once, when the thread starts. */
export interface ThreadData {
  readonly options: LogsirenOptions
  /** Of the `SharedState`. */
  readonly buffer: SharedArrayBuffer
}

/** With what the types of thread-stream leave out. */
export interface Thread extends ThreadStream {
  readonly ready: boolean
  readonly destroyed: boolean
  readonly worker: Worker
  unref(): void
}

export function startThread(filename: URL, data: ThreadData): Thread {
  const workerData: object = data
  const thread = new ThreadStream({
    filename: filename.href,
    workerData,
    // What the application preloads, a loader or an agent, is not for this thread.
    workerOpts: { name: 'logsiren', execArgv: [] },
  }) as Thread
  // Without a listener Node.js would throw it in the application; what it means for us follows: the thread closes.
  thread.worker.on('error', () => {})
  // It is there to be waited for at the end, not to keep a process that is otherwise done.
  thread.once('ready', () => thread.unref())
  return thread
}
