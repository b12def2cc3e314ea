// The worker thread as a stream of text.
import * as modules from 'node:module'
import type { Worker } from 'node:worker_threads'
import type ThreadStream from 'thread-stream'
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
  // Loaded here, since few have a thread and all would wait for it: it must be there at once. What traces the files of an application
  // knows `require` by this name.
  const require = modules.createRequire(import.meta.url)
  const { href } = filename
  const Stream = require('thread-stream') as typeof ThreadStream
  const workerData: object = data
  const thread = new Stream({
    filename: href,
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
