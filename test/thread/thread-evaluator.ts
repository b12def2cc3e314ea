import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import type { Warning } from '../../src/errors.js'
import type { Line } from '../../src/record/reading/line-reader.js'
import { createThreadEvaluator, type ObjectEvaluator } from '../../src/thread/thread-evaluator.js'
import { builtWorker } from '../fixtures/built.js'
import { eventually } from '../fixtures/eventually.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)

function setUp(t: Test, options: LogsirenOptions, worker: URL = builtWorker): ObjectEvaluator {
  const evaluator = createThreadEvaluator({ threshold: 1, ...options }, worker)
  t.teardown(() => evaluator.close())
  return evaluator
}

const url = 'http://127.0.0.1:1/'
const errorLine = (message: string): Line => ({ members: { message }, level: 'error' })

t.test('counts and tells, and passes on what the worker tells of it', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith(500, 204)
  const evaluator = setUp(t, { url: receiver.url })
  const events: unknown[] = []
  evaluator.on('alert', ({ sample }) => events.push(sample.errorMessage))
  evaluator.on('warning', ({ code }) => events.push(code))
  evaluator.on('delivered', ({ tries }) => {
    events.push(tries)
    throw new Error('a listener of the application')
  })
  evaluator.observeLine(errorLine('first'))
  await evaluator.flush()
  for (let i = 0; i < 99; i += 1) evaluator.observeLine({ members: { message: 'fine' }, level: 'info' })
  evaluator.observeLine(errorLine('second'))
  evaluator.skip(2)
  await evaluator.flush()
  await eventually(() => evaluator.stats().listenerErrors === 1)
  t.strictSame(events, ['first', 'DELIVERY_FAILED', 2])
  const expected = { observed: 103, skipped: 2, errors: 2, alerts: 1, failed: 1, delivered: 1, listenerErrors: 1 }
  t.match(evaluator.stats(), expected)
})

t.test('what cannot be read is passed over', async (t) => {
  const evaluator = setUp(t, { url })
  const members = {
    get message(): string {
      throw new Error('getter')
    },
  }
  evaluator.observeLine({ members, level: 'error' })
  t.match(evaluator.stats(), { observed: 1, skipped: 1 })
})

t.test('follows the status threshold of the shared config, before it has been read and after', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const stored = { enabled: true, url: receiver.url, threshold: 1, status_code_threshold: 429 }
  await redis.client.set(configKey, JSON.stringify(stored))
  const evaluator = setUp(t, { redis: redis.url, configKey })
  const limited = { members: { message: 'slow down', statusCode: 429 }, level: 'info' }
  for (let i = 0; i < 2; i += 1) {
    evaluator.observeLine(limited)
    evaluator.observeLine({ members: { message: 'not found', statusCode: 404 }, level: 'info' })
    await evaluator.flush()
    t.equal(evaluator.stats().errors, i + 1)
  }
  t.match(receiver.received, [{ body: { sample: { status_code: 429 } } }])
})

t.test('says once that its worker has ended, and goes on taking lines', async (t) => {
  const evaluator = setUp(t, { url }, new URL('./no-such-worker.js', builtWorker))
  evaluator.observeLine(errorLine('into the void'))
  const { code, message } = await new Promise<Warning>((resolve) => evaluator.on('warning', resolve))
  t.equal(code, 'WORKER_LOST')
  t.match(message, /^logsiren: the worker thread has ended/)
  for (let i = 0; i < 3; i += 1) evaluator.observeLine(errorLine('lost'))
  await evaluator.flush()
  t.match(evaluator.stats(), { observed: 4, errors: 0, dropped: 4, warnings: 1 })
})

t.test('what an agent throws in the worker does not end the application', async (t) => {
  const folder = t.testdir({
    // Not in Node's own threads.
    'agent.cjs': "if (require('node:worker_threads').workerData?.filename) throw new Error('agent')",
  })
  const program = `import { once } from 'node:events'
    import { LogsirenTransport } from 'logsiren/winston'
    const [{ code }] = await once(new LogsirenTransport({ url: '${url}', worker: true }), 'warning')
    process.stdout.write(code)`
  const ended = await run(program, { env: { NODE_OPTIONS: `--require ${folder}/agent.cjs` } })
  t.match(ended, { code: 0, stdout: 'WORKER_LOST', stderr: '' })
})

t.test('says so at once where its file has been left behind, as in a bundle', async (t) => {
  const problems = [{ path: 'worker', message: /mark `logsiren` as external/ }]
  t.throws(() => createThreadEvaluator({ url }), { code: 'ERR_LOGSIREN_CONFIG', problems })
})

t.test('closing tells what is left, though a flush is under way, blocks nothing, and is final', async (t) => {
  const receiver = await startReceiver(t)
  const evaluator = setUp(t, { url: receiver.url })
  void evaluator.flush()
  evaluator.observeLine(errorLine('last words'))
  const closing = evaluator.close()
  t.equal(evaluator.close(), closing)
  evaluator.observeLine(errorLine('too late'))
  await Promise.all([closing, evaluator.flush()])
  t.match(receiver.received, [{ body: { count: 1, sample: { error_message: 'last words' } } }])
  t.match(evaluator.stats(), { observed: 1, errors: 1, delivered: 1, warnings: 0 })
})

t.test('a receiver that hangs is waited for no longer than closeTimeoutMs', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith(() => {})
  const evaluator = setUp(t, { url: receiver.url, closeTimeoutMs: 1500 })
  evaluator.observeLine(errorLine('boom'))
  await evaluator.flush()
  await evaluator.close()
  t.match(evaluator.stats(), { errors: 1, delivered: 0 })
})
