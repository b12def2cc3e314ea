import { build } from 'esbuild'
import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import type { Warning } from '../../src/errors.js'
import type { Line } from '../../src/record/reading/line-reader.js'
import { createThreadEvaluator, type ObjectEvaluator } from '../../src/thread/thread-evaluator.js'
import { builtWorker } from '../fixtures/built.js'
import { eventually } from '../fixtures/eventually.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { root } from '../fixtures/root.js'
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

/** What can go wrong in the thread, though nothing is wrong with the application: files to preload, flags of Node.js, and what runs first. */
const faults: Readonly<
  Record<string, { readonly preload?: string; readonly flags?: readonly string[]; readonly first?: string }>
> = {
  'an agent throws in it': { preload: "throw new Error('agent')" },
  'an agent throws what cannot be cloned': { preload: 'throw { agent() {} }' },
  'an agent ends it': { preload: 'process.exit()' },
  'an agent throws later': { preload: "setTimeout(() => { throw new Error('agent') }, 200)" },
  'an agent rejects later': { preload: "setTimeout(() => Promise.reject(new Error('agent')), 200)" },
  'its memory is too small': {
    first: `import { syncBuiltinESMExports } from 'node:module'
      import threads from 'node:worker_threads'
      const { Worker } = threads
      threads.Worker = class extends Worker {
        constructor(file, options) {
          super(file, { ...options, resourceLimits: { maxOldGenerationSizeMb: 6, maxYoungGenerationSizeMb: 1 } })
        }
      }
      syncBuiltinESMExports()`,
  },
}

for (const [name, { preload, flags, first = '' }] of Object.entries(faults)) {
  t.test(`${name}: that is told, and neither reaches the application nor holds up its exit`, async (t) => {
    const folder = t.testdir({
      // Not in the application's thread, and not in Node's own.
      'agent.cjs': `if (require('node:worker_threads').workerData?.lifeline) { ${preload} }`,
    })
    const env = preload === undefined ? {} : { NODE_OPTIONS: `--require ${folder}/agent.cjs` }
    const opening = `${first}
      const { LogsirenTransport } = await import('logsiren/winston')
      const transport = new LogsirenTransport({ url: '${url}', worker: true })
      const message = 'boom'.repeat(200)
      for (let i = 0; i < 20_000; i += 1) transport.log({ level: 'error', message, [Symbol.for('level')]: 'error' }, () => {})`
    const alive = `${opening}
      transport.on('warning', ({ code }) => process.stdout.write(code))
      const timer = setInterval(() => {}, 1000)
      await new Promise((resolve) => transport.once('warning', resolve))
      clearInterval(timer)
      await transport.flush()`
    const options = { env, ...(flags !== undefined && { flags }) }
    t.match(await run(alive, options), { code: 0, stdout: 'WORKER_LOST', stderr: '' })
    // For a thread that lives the exit would wait up to ten seconds.
    const ending = `${opening}
      const startedMs = performance.now()
      process.on('exit', () => process.stdout.write(performance.now() - startedMs < 9000 ? 'in time' : 'late'))
      process.exit(3)`
    t.match(await run(ending, options), { code: 3, stdout: 'in time', stderr: '' })
  })
}

t.test('a thread that never starts holds neither the application nor its exit for long', async (t) => {
  const folder = t.testdir({
    'agent.cjs': `if (require('node:worker_threads').workerData?.lifeline)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`,
  })
  const program = `import { LogsirenTransport } from 'logsiren/winston'
    new LogsirenTransport({ url: '${url}', worker: true })
    process.on('exit', () => process.stdout.write(performance.now() < 18_000 ? 'in time' : 'late'))`
  const ended = await run(program, { env: { NODE_OPTIONS: `--require ${folder}/agent.cjs` } })
  t.match(ended, { code: 0, stdout: 'in time', stderr: '' })
})

t.test('says so at once where its file has been left behind, as in a bundle', async (t) => {
  const folder = t.testdir()
  const options = { outfile: `${folder}/bundle.mjs`, platform: 'node', format: 'esm', bundle: true } as const
  const banner = { js: "import { createRequire as make } from 'node:module'; const require = make(import.meta.url);" }
  const contents = `export { LogsirenTransport } from 'logsiren/winston'`
  await build({ ...options, banner, stdin: { contents, resolveDir: root } })
  const { LogsirenTransport } = await import(`${folder}/bundle.mjs`)
  const problems = [{ path: 'worker', message: /mark `logsiren` as external/ }]
  t.throws(() => new LogsirenTransport({ url, worker: true }), { code: 'ERR_LOGSIREN_CONFIG', problems })
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
