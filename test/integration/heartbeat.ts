// The heartbeat with real processes, loggers, receivers and Redis. When exactly it beats is judged on clocks that are moved:
// test/evaluator/heartbeat.ts and the simulation.
import type { ChildProcess } from 'node:child_process'
import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import { createEvaluator, type Evaluator } from '../../src/index.js'
import { version } from '../../src/version.js'
import { startConnectProxy } from '../fixtures/connect-proxy.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { type Ended, run } from '../fixtures/run.js'

const loggers = {
  pino: `
    import { pino } from 'pino'
    const log = pino(pino.transport({ target: 'logsiren/pino', options }))`,
  'pino in the process': `
    import { pino } from 'pino'
    import logsirenPino from 'logsiren/pino'
    const log = pino(await logsirenPino(options))`,
  winston: `
    import winston from 'winston'
    import { LogsirenTransport } from 'logsiren/winston'
    const log = winston.createLogger({ transports: [new LogsirenTransport(options)] })`,
  'winston with a worker': `
    import winston from 'winston'
    import { LogsirenTransport } from 'logsiren/winston'
    const log = winston.createLogger({ transports: [new LogsirenTransport({ ...options, worker: true })] })`,
} as const

interface Member {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** A process that logs good news ten times a second, as long as it lives. */
function start(t: Test, logger: string, options: LogsirenOptions): Member {
  const program = `const options = ${JSON.stringify(options)}
    ${logger}
    setInterval(() => log.info('served'), 100)`
  const children: ChildProcess[] = []
  const ended = run(program, { onStart: (child) => children.push(child) })
  const [child] = children
  if (child === undefined) throw new Error('no child')
  t.teardown(() => child.kill('SIGKILL'))
  return { child, ended }
}

t.test('good lines of every logger are told of, where no rule alerts', async (t) => {
  for (const [name, logger] of Object.entries(loggers)) {
    const receiver = await startReceiver(t)
    const { child, ended } = start(t, logger, { heartbeatUrl: receiver.url, heartbeatSeconds: 1 })
    await receiver.has(2)
    child.kill('SIGKILL')
    await ended
    const [beat] = receiver.received
    t.match(beat, { method: 'GET', path: '/hook', text: '', headers: { 'user-agent': `logsiren/${version}` } }, name)
    t.notOk(beat !== undefined && ('authorization' in beat.headers || 'webhook-id' in beat.headers))
  }
})

t.test('a process goes on where the one that beat is killed', async (t) => {
  const redis = await startRedis(t)
  const receiver = await startReceiver(t)
  const options = { redis: redis.url, configKey: redis.newConfigKey(), heartbeatUrl: receiver.url, heartbeatSeconds: 1 }
  const first = start(t, loggers.pino, options)
  await receiver.has(2)
  start(t, loggers['winston with a worker'], options)
  await receiver.has(4)
  first.child.kill('SIGKILL')
  await first.ended
  const before = receiver.received.length
  await receiver.has(before + 3)
  t.ok(receiver.received.every(({ method }) => method === 'GET'))
})

t.test('a process that is done is not held by a receiver that does not answer', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith(() => {})
  const program = `
    import { createEvaluator } from 'logsiren'
    const evaluator = createEvaluator({ heartbeatUrl: '${receiver.url}', heartbeatSeconds: 1 })
    evaluator.on('warning', ({ message }) => console.log(message))
    evaluator.observe({})
    process.once('message', () => process.disconnect())`
  const { code, stdout } = await run(program, {
    onStart: (child) => void receiver.has(1).then(() => child.send('asked')),
  })
  t.strictSame([code, stdout], [0, ''], 'it ends before the request does, of whose end it would warn')
})

/** An evaluator that has been handed a record, and its warnings. */
function open(t: Test, options: LogsirenOptions): { readonly evaluator: Evaluator; readonly warned: Promise<string> } {
  const evaluator = createEvaluator({ heartbeatSeconds: 1, ...options })
  t.teardown(() => evaluator.close())
  const warned = new Promise<string>((resolve) => {
    evaluator.on('warning', ({ code, message }) => resolve(`${code} ${message}`))
  })
  evaluator.observe({})
  return { evaluator, warned }
}

t.test('goes the way of alerts, but is not held to their origins', async (t) => {
  const receiver = await startReceiver(t)
  const proxy = await startConnectProxy(t)
  open(t, { heartbeatUrl: receiver.url, proxy: proxy.url, allowedOrigins: ['https://hooks.example.com'] })
  await receiver.has(1)
  t.strictSame(proxy.asked, [`CONNECT ${new URL(receiver.url).host}`])
})

t.test('is refused where an alert would be, and follows no redirect', async (t) => {
  const receiver = await startReceiver(t)
  const elsewhere = await startReceiver(t)
  receiver.answerWith((_request, response) => response.writeHead(302, { location: elsewhere.url }).end())
  const rows: readonly (readonly [options: LogsirenOptions, reason: string])[] = [
    [{ heartbeatUrl: 'http://169.254.169.254/5ecre7' }, 'address'],
    [{ heartbeatUrl: receiver.url, allowPrivateDestinations: false }, 'address'],
    [{ heartbeatUrl: receiver.url }, 'redirect, status 302'],
    [{ heartbeatUrl: 'http://127.0.0.1:1/5ecre7' }, 'refused'],
  ]
  for (const [options, reason] of rows) {
    const text = `DELIVERY_FAILED logsiren: the heartbeat did not arrive (${reason}); whoever watches for it may take this service for silent`
    t.equal(await open(t, options).warned, text)
  }
  t.strictSame([receiver.received.length, elsewhere.received.length], [1, 0])
})
