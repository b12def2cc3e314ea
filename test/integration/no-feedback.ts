// An application that logs whatever we tell it, to a logger that has us as its transport and adds the request's id to each line, while nothing
// works: the count does not move by it.
import type { ChildProcess } from 'node:child_process'
import { Redis } from 'ioredis'
import t from 'tap'
import { eventually } from '../fixtures/eventually.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedisServer } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const REAL_ERRORS = 7

/** How applications may log a warning; each logger has its own words for it. */
const pinoCalls = `(warning) => {
  logger.error(warning.message)
  logger.error(new Error(warning.message))
  logger.error(warning)
  logger.error({ err: warning })
  logger.error({ err: warning }, 'alerting is in trouble')
  logger.error({ err: new Error(warning.message) }, 'alerting is in trouble')
  logger.error(warning, 'alerting is in trouble')
  logger.error({ warning }, 'alerting is in trouble')
  logger.error({ error: warning.message, res: { statusCode: 404 } }, 'alerting is in trouble')
  logger.fatal(new Error('alerting is in trouble: ' + warning.code, { cause: warning.message }).cause)
}`
const winstonCalls = `(warning) => {
  logger.error(warning.message)
  logger.error(new Error(warning.message))
  logger.error({ message: new Error(warning.message) })
  logger.error({ message: warning.message })
  logger.error('alerting is in trouble', warning)
  logger.error('alerting is in trouble', new Error(warning.message))
  logger.error('alerting is in trouble', { err: warning })
  logger.error('alerting is in trouble', { err: new Error(warning.message) })
  logger.error('alerting is in trouble', { warning })
  logger.error('alerting is in trouble', { error: warning.message, statusCode: 404 })
  logger.error('alerting is in trouble', { meta: { error: new Error(warning.message) } })
  logger.error('alerting is in trouble: %s', warning.code, { err: warning })
}`

type Way = readonly [name: string, setUp: (options: string) => string, log: string, calls: number]

const ways: readonly Way[] = [
  [
    'pino, in its worker',
    (options) => `const siren = pino.transport({ target: 'logsiren/pino', options: ${options} })
      const logger = pino({ mixin }, siren)
      const flush = () => new Promise((resolve) => logger.flush(resolve))
      // In the worker nobody can be asked: the receiver and Redis tell.
      const stats = () => undefined`,
    pinoCalls,
    10,
  ],
  [
    'pino, in-process',
    (options) => `const siren = await logsirenPino(${options})
      const logger = pino({ mixin }, pino.multistream([{ stream: siren }]))
      const flush = () => siren.flush()
      const stats = () => siren.stats()`,
    pinoCalls,
    10,
  ],
  ...['false', 'true'].map(
    (worker): Way => [
      worker === 'true' ? 'winston, in a worker' : 'winston, in-process',
      (options) => `const siren = new LogsirenTransport({ ...${options}, worker: ${worker} })
        const logger = winston.createLogger({ format: winston.format.combine(mixed(), winston.format.json()), transports: [siren] })
        const plain = winston.createLogger({ transports: [siren] })
        const flush = () => siren.flush()
        const stats = () => siren.stats()
        siren.on('warn', (warning) => plain.error(warning.message))`,
      winstonCalls,
      13,
    ],
  ),
]

interface Told {
  readonly stats?: { readonly errors: number; readonly observed: number; readonly alerts: number }
  readonly warnings: readonly string[]
  readonly alerts: number
}

t.test('what logsiren says is never counted, however it is logged', { jobs: ways.length }, (t) => {
  for (const [name, setUp, log, calls] of ways) {
    t.test(name, async (t) => {
      const receiver = await startReceiver(t)
      receiver.answerWith(500)
      const redis = await startRedisServer(t)
      const options = JSON.stringify({
        url: receiver.url,
        redis: redis.url,
        threshold: REAL_ERRORS,
        // Its counters are numbers that anybody can read.
        windowType: 'fixed',
        windowSeconds: 86_400,
        onRedisDown: 'hold',
        closeTimeoutMs: 1000,
      })
      const program = `import pino from 'pino'
        import winston from 'winston'
        import logsirenPino from 'logsiren/pino'
        import { LogsirenTransport } from 'logsiren/winston'
        import { AsyncLocalStorage } from 'node:async_hooks'
        const requests = new AsyncLocalStorage()
        const mixin = () => requests.getStore() ?? {}
        const mixed = winston.format((info) => Object.assign(info, mixin()))
        ${setUp(options)}
        const warnings = []
        let alerts = 0
        siren.on('alert', () => { alerts += 1 })
        siren.on('warning', ({ code }) => warnings.push(code))
        siren.on('warning', ${log})
        const has = async (code) => {
          while (!warnings.includes(code)) await new Promise((resolve) => setTimeout(resolve, 20))
          for (let i = 0; i < 3; i += 1) await flush()
        }
        const report = () => new Promise((resolve) => {
          process.once('message', resolve)
          process.send({ stats: stats(), warnings, alerts })
        })
        for (let i = 0; i < ${REAL_ERRORS}; i += 1) requests.run({ reqId: 'r' + i }, () => logger.error('real'))
        await flush()
        await has('DELIVERY_FAILED')
        await report()
        logger.error('real, while Redis is away')
        await has('REDIS_UNAVAILABLE')
        await report()
        for (let i = 0; i < 3; i += 1) await flush()
        await report()
        process.exit(0)`
      const client = new Redis(redis.url)
      client.on('error', () => {})
      t.teardown(() => client.disconnect())
      const counted = async (): Promise<number> => {
        const keys = await client.keys('*:errors:*')
        const counts = keys.length === 0 ? [] : await client.mget(keys)
        return counts.reduce((sum, count) => sum + Number(count), 0)
      }
      const told: Told[] = []
      const steps: (() => Promise<unknown>)[] = [
        async () => {
          t.equal(await counted(), REAL_ERRORS)
          await redis.kill()
        },
        async () => redis.start(),
        // It has forgotten what it had.
        () => eventually(async () => (await counted()) === 1),
      ]
      const onStart = (child: ChildProcess): void =>
        void child.on('message', async (message: Told) => {
          told.push(message)
          await steps[told.length - 1]?.()
          child.send('go on')
        })
      t.match(await run(program, { onStart }), { code: 0, stdout: '', stderr: '' })
      const { stats, warnings = [], alerts } = told.at(-1) ?? {}
      t.strictSame([...new Set(warnings)].sort(), ['DELIVERY_FAILED', 'REDIS_UNAVAILABLE'])
      t.ok(warnings.length <= 3, 'nothing goes round')
      t.equal(alerts, 1)
      t.equal(new Set(receiver.received.map(({ body }) => body.id)).size, 1)
      if (stats !== undefined) {
        t.match(stats, { errors: REAL_ERRORS + 1, alerts: 1 })
        t.ok(stats.observed >= REAL_ERRORS + 1 + calls * warnings.length, 'each of them was seen')
      }
      t.equal(told.length, 3)
    })
  }
  t.end()
})

t.test('what begins in a request keeps nothing of it', async (t) => {
  const receiver = await startReceiver(t)
  const redis = await startRedisServer(t)
  const program = `import { AsyncLocalStorage } from 'node:async_hooks'
    import { subscribe } from 'node:diagnostics_channel'
    import { createEvaluator } from 'logsiren'
    const requests = new AsyncLocalStorage()
    const seen = []
    const see = (what) => () => seen.push([what, requests.getStore()])
    subscribe('logsiren:attempt', see('channel'))
    subscribe('net.client.socket', see('socket'))
    // As where a logger is made by the first request that needs it.
    let evaluator
    const first = await (async () => {
      const request = { id: 'r1', body: 'x'.repeat(1000) }
      await requests.run(request, async () => {
        evaluator = createEvaluator(${JSON.stringify({ url: receiver.url, redis: redis.url, threshold: 1 })})
        for (const name of ['alert', 'delivered']) evaluator.on(name, see(name))
        evaluator.observe({ errorMessage: 'db timeout' })
        await evaluator.flush()
      })
      return new WeakRef(request)
    })()
    while (seen.filter(([what]) => what === 'delivered').length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    for (let i = 0; i < 20 && first.deref() !== undefined; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      gc()
    }
    console.log(JSON.stringify({ isKept: first.deref() !== undefined, seen: seen.map(([what, store]) => [what, store?.id ?? null]) }))
    await evaluator.close()
    process.exit(0)`
  const { code, stdout, stderr } = await run(program, { flags: ['--expose-gc'] })
  t.strictSame([code, stderr], [0, ''])
  const { isKept, seen } = JSON.parse(stdout) as { isKept: boolean; seen: [what: string, id: string | null][] }
  t.notOk(isKept)
  const kinds = new Set(seen.map(([what]) => what))
  t.strictSame([...kinds].sort(), ['alert', 'channel', 'delivered', 'socket'])
  t.ok(
    seen.every(([, id]) => id === null),
    JSON.stringify(seen),
  )
})
