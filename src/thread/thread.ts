// Starts the worker thread, which is a stream of text for the application's thread.
import * as modules from 'node:module'
import type { Worker } from 'node:worker_threads'
import type ThreadStream from 'thread-stream'
import type { LogsirenOptions } from '../config/options.js'

/** The data that the worker gets when it starts. */
export interface ThreadData {
  readonly options: LogsirenOptions
  /** The memory of the `SharedState`. */
  readonly buffer: SharedArrayBuffer
}

/** A ThreadStream with the members that its types leave out. */
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
    // Nothing that the application preloads, such as a loader or an agent, is meant for this thread.
    workerOpts: { name: 'logsiren', execArgv: [] },
  }) as Thread
  // Without a listener Node.js would throw the worker's error in the application. It needs none: the thread closes then.
  thread.worker.on('error', () => {})
  // A thread that has started does not keep alive a process that is otherwise done; its exit waits for the thread.
  thread.once('ready', () => thread.unref())
  return thread
}
