// The worker's stream, in this thread.
import { on } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import t, { type Test } from 'tap'
import { parseOptions } from '../../src/config/parse-options.js'
import { newCounters } from '../../src/evaluator/stats.js'
import { Crossing } from '../../src/thread/crossing.js'
import type { FromWorker, ToWorker } from '../../src/thread/messages.js'
import { SharedState } from '../../src/thread/shared-state.js'
import { serve } from '../../src/thread/worker.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

interface Served {
  readonly state: SharedState
  write(text: string): void
  /** Resolves when the worker says that it is done. */
  flush(isLast?: boolean): Promise<void>
}

function setUp(t: Test, given: object): Served {
  const state = new SharedState()
  const { port1, port2 } = new MessageChannel()
  serve(port2, { options: parseOptions(given), buffer: state.buffer })
  let id = 0
  const post = (message: ToWorker): void => port1.postMessage(message)
  async function flush(isLast = false): Promise<void> {
    id += 1
    post({ kind: 'flush', id, isLast })
    for await (const [message] of on(port1, 'message') as AsyncIterable<[FromWorker]>)
      if (message.kind === 'flushed' && message.id === id) return
  }
  t.teardown(async () => {
    if (!state.isClosed) await flush(true)
    port1.close()
  })
  return { state, write: (text) => post({ kind: 'lines', text }), flush }
}

function textOf(message: string): string {
  const crossing = new Crossing({}, newCounters(), { lowestStatus: 500, requestSearch: 'none', requests: 0 })
  return `${JSON.stringify(crossing.take({ members: { message }, level: 'error' }, 0))}\n`
}

t.test('lines are judged, and the other side sees the counts', async (t) => {
  const receiver = await startReceiver(t)
  const { state, write, flush } = setUp(t, { url: receiver.url, threshold: 3 })
  t.equal(state.isStarted, true)
  const texts = [textOf('one') + textOf('two'), textOf('three')]
  for (const text of texts) write(text)
  await flush()
  t.match(receiver.received, [{ body: { count: 3, sample: { error_message: 'three' } } }])
  t.match({ ...state.counters }, { observed: 0, errors: 3, alerts: 1, delivered: 1 })
  t.strictSame([state.received, state.readLength], [3, texts.join('').length])
})

t.test('what is too long to be looked at is passed over', async (t) => {
  const { state, write, flush } = setUp(t, {})
  write(`${'x'.repeat(2_000_000)}\n`)
  await flush()
  t.equal(state.counters.skipped, 1)
})

t.test('tells which status is an error once it has read the shared config', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  await redis.client.set(configKey, JSON.stringify({ enabled: true, url: receiver.url, status_code_threshold: 429 }))
  const { state, write, flush } = setUp(t, { redis: redis.url, configKey })
  write(textOf('held until then'))
  await flush()
  t.equal(state.lowestStatus, 429)
  t.equal(state.counters.errors, 1)
})

t.test('has told everything when it is closed by the last flush', async (t) => {
  const receiver = await startReceiver(t)
  const { state, write, flush } = setUp(t, { url: receiver.url, threshold: 1 })
  write(textOf('last words'))
  await flush(true)
  t.equal(state.isClosed, true)
  t.equal(receiver.received.length, 1)
  t.equal(state.counters.errors, 1)
})
