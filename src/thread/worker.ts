// Runs in the worker thread: a stream, as thread-stream wants it, of lines that were read in the application's thread.
import { Writable } from 'node:stream'
import { parentPort } from 'node:worker_threads'
import { createLineEvaluator } from '../evaluator/evaluator.js'
import { eventNames } from '../evaluator/events.js'
import { LineSplitter } from '../record/sieve/splitter.js'
import { lowestStatusOf, SharedState } from './shared-state.js'
import type { ThreadData } from './thread.js'

export type WorkerStream = Writable & { flush(): Promise<void> }

export default function openWorker({ options, buffer }: ThreadData): WorkerStream {
  const state = new SharedState(buffer)
  const evaluator = createLineEvaluator(options, {
    logger: 'winston',
    counters: state.counters,
    stats: () => state.sums(),
    onRules: (rules) => {
      state.lowestStatus = lowestStatusOf(rules)
    },
  })
  for (const name of eventNames)
    evaluator.on(name, (event) => parentPort?.postMessage({ code: 'EVENT', name, args: [event] }))
  const splitter = new LineSplitter(
    (text, lines) => {
      state.received += lines
      // Not checked, since this package wrote it in the other thread.
      for (const line of text.trimEnd().split('\n')) evaluator.observeRead(JSON.parse(line))
    },
    (lines) => {
      state.received += lines
      state.counters.skipped += lines
    },
  )
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      splitter.push(chunk)
      done()
    },
    final: (done) => void evaluator.close().then(() => done()),
  })
  return Object.assign(stream, { flush: () => (state.isComplete ? evaluator.close() : evaluator.flush()) })
}
