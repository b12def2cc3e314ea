// The worker's stream, in this thread.
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { parseOptions } from '../../src/config/parse-options.js'
import { newCounters } from '../../src/evaluator/stats.js'
import { Crossing } from '../../src/thread/crossing.js'
import { SharedState } from '../../src/thread/shared-state.js'
import openWorker, { type WorkerStream } from '../../src/thread/worker.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

function setUp(t: Test, given: object): { stream: WorkerStream; state: SharedState } {
  const state = new SharedState()
  const stream = openWorker({ options: parseOptions(given), buffer: state.buffer })
  t.teardown(() => {
    state.complete(0)
    return stream.flush()
  })
  return { stream, state }
}

function textOf(message: string): string {
  const crossing = new Crossing({}, newCounters(), { lowestStatus: 500 })
  return `${JSON.stringify(crossing.take({ members: { message }, level: 'error' }, 0))}\n`
}

t.test('lines that come cut anywhere are judged, and the other side sees the counts', async (t) => {
  const receiver = await startReceiver(t)
  const { stream, state } = setUp(t, { url: receiver.url, threshold: 3 })
  const text = textOf('one') + textOf('two') + textOf('three')
  for (let i = 0; i < text.length; i += 100) stream.write(text.slice(i, i + 100))
  await stream.flush()
  t.match(receiver.received, [{ body: { count: 3, sample: { error_message: 'three' } } }])
  t.match({ ...state.counters }, { observed: 0, errors: 3, alerts: 1, delivered: 1 })
})

t.test('what is too long to be one of ours is passed over', async (t) => {
  const { stream, state } = setUp(t, {})
  stream.write(`${'x'.repeat(2_000_000)}\n`)
  t.equal(state.counters.skipped, 1)
})

t.test('tells which status is an error once it has read the shared config', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  await redis.client.set(configKey, JSON.stringify({ enabled: true, url: receiver.url, status_code_threshold: 429 }))
  const { stream, state } = setUp(t, { redis: redis.url, configKey })
  stream.write(textOf('held until then'))
  await stream.flush()
  t.equal(state.lowestStatus, 429)
  t.equal(state.counters.errors, 1)
})

t.test('has told everything when it closes, by its end or by the last flush', async (t) => {
  const receiver = await startReceiver(t)
  const ended = setUp(t, { url: receiver.url, threshold: 1 })
  ended.stream.end(textOf('last words'))
  await once(ended.stream, 'close')
  t.equal(receiver.received.length, 1)
  const flushed = setUp(t, { url: receiver.url, threshold: 1 })
  flushed.stream.write(textOf('last words'))
  flushed.state.complete(1)
  await flushed.stream.flush()
  flushed.stream.write(textOf('too late'))
  t.equal(receiver.received.length, 2)
  t.equal(flushed.state.counters.errors, 1)
})
