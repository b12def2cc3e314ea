// Runs in the worker thread, on lines that were read in the application's thread.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock.js'
import { createLineEvaluator } from '../evaluator/evaluator.js'
import { eventNames } from '../evaluator/events.js'
import { requestSearchOf } from '../evaluator/intake/request-search.js'
import { MAX_LINE_LENGTH } from '../record/sieve/splitter.js'
import type { FromWorker, ThreadData, ToWorker } from './messages.js'
import { lowestStatusOf, SharedState } from './shared-state.js'

/** Requests that went well come without a message. They are looked for this often, in ms, so that they are counted in time. */
const LOOK_MS = 100

/** Takes what comes through the port. */
export function serve(port: MessagePort, { options, buffer }: ThreadData): void {
  const state = new SharedState(buffer)
  const post = (message: FromWorker): void => port.postMessage(message)
  const evaluator = createLineEvaluator(options, {
    logger: 'winston',
    counters: state.counters,
    stats: () => state.sums(),
    onRules: (rules) => {
      state.lowestStatus = lowestStatusOf(rules)
      state.requestSearch = requestSearchOf(rules)
      plan()
    },
  })
  let taken = 0
  let cancel: (() => void) | undefined
  for (const name of eventNames) evaluator.on(name, (...args) => post({ kind: 'event', name, args }))

  /** Takes the requests that went well until now. */
  function takeRequests(): void {
    const { requests } = state
    if (requests > taken) evaluator.observeRequests(requests - taken)
    taken = requests
  }

  /** Looks for them now and then, where rules ask for their number. */
  function plan(): void {
    if (cancel !== undefined || state.requestSearch !== 'unread') return
    cancel = systemClock.after(LOOK_MS, () => {
      cancel = undefined
      takeRequests()
      plan()
    })
  }

  function take(text: string): void {
    takeRequests()
    for (const line of text.trimEnd().split('\n')) {
      state.received += 1
      // Not checked, since this package wrote it in the other thread.
      if (line.length <= MAX_LINE_LENGTH) evaluator.observeRead(JSON.parse(line))
      else state.counters.skipped += 1
    }
    state.readLength += text.length
  }

  async function flush(id: number, isLast: boolean): Promise<void> {
    takeRequests()
    await (isLast ? evaluator.close() : evaluator.flush())
    if (isLast) state.close()
    post({ kind: 'flushed', id })
  }

  port.on('message', (message: ToWorker) => {
    if (message.kind === 'lines') take(message.text)
    else void flush(message.id, message.isLast)
  })
  plan()
  state.start()
  post({ kind: 'started' })
}

if (parentPort !== null) serve(parentPort, workerData)
