// The Winston transport with `worker: true`, in processes of their own: however they end, what was logged counts.
import t from 'tap'
import winston from 'winston'
import type { LogsirenTransport as Transport } from '../../src/winston.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'
import { errorCalls } from '../fixtures/winston-calls.js'
import { passesWinstonSuite, takesBareLines } from '../fixtures/winston-suite.js'

const redis = await startRedis(t)
const { LogsirenTransport }: { LogsirenTransport: typeof Transport } = await import(
  import.meta.resolve('logsiren/winston')
)
const silent = { code: 0, stdout: '', stderr: '' }

function setUp(url: string, more: object = {}): string {
  const options = JSON.stringify({ url, threshold: 1, worker: true, ...more })
  return `import winston from 'winston'
    import { LogsirenTransport } from 'logsiren/winston'
    const transport = new LogsirenTransport(${options})
    const logger = winston.createLogger({ format: winston.format.json(), transports: [transport] })
    transport.on('error', () => process.stdout.write('error'))
    `
}

t.test('an error before the end is told where winston itself is ended, and once the worker has started', async (t) => {
  const ends: [end: string, code: number][] = [
    ['logger.end()', 0],
    ['transport.once("finish", () => process.exit(7)); logger.end()', 7],
    ['setInterval(() => {}, 1000); transport.once("delivered", () => { logger.error("again"); process.exit(3) })', 3],
  ]
  for (const [end, code] of ends) {
    const receiver = await startReceiver(t)
    const ended = await run(`${setUp(receiver.url)}
      logger.error(new Error('last words'))
      ${end}`)
    t.match(receiver.received, [{ body: { sample: { error_message: 'last words' } } }], end)
    t.equal(ended.code, code, ended.stderr)
    t.equal(ended.stdout, '', end)
    t.equal(ended.stderr, '', end)
  }
})

t.test('what both threads did is summed up in Redis', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const ended = await run(`${setUp(receiver.url, { redis: redis.url, configKey })}
    for (let i = 0; i < 20; i += 1) logger.info('fine')
    logger.error('down')
    logger.end()`)
  t.match(ended, silent)
  const totals = await redis.client.hgetall(`${configKey}:totals`)
  t.match(totals, { observed: '21', errors: '1', alerts: '1', delivered: '1' })
})

t.test('works for CommonJS callers', async (t) => {
  const receiver = await startReceiver(t)
  const program = `const winston = require('winston')
    const { LogsirenTransport } = require('logsiren/winston')
    const options = { url: '${receiver.url}', threshold: 1, worker: true }
    winston.createLogger({ transports: [new LogsirenTransport(options)] }).error('down')
    process.exit(0)`
  t.match(await run(program, { isCommonJs: true }), silent)
  t.match(receiver.received, [{ body: { sample: { error_message: 'down' } } }])
})

t.test('neither a dead Redis nor a hanging receiver stalls the end or changes how it ends', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith(() => {})
  for (const more of [{ redis: 'redis://127.0.0.1:1' }, {}]) {
    for (const [end, code] of [
      ['', 0],
      ['process.exit(5)', 5],
    ] as const) {
      // biome-ignore format: one line
      const program = `${setUp(receiver.url, { ...more, closeTimeoutMs: 500 })}
        for (let i = 0; i < 10_000; i += 1) logger.error('boom')
        ${end}`
      t.match(await run(program), { ...silent, code })
    }
  }
})

t.test('two processes and their workers count together in Redis, and one alert is sent', async (t) => {
  const receiver = await startReceiver(t)
  const more = { redis: redis.url, configKey: redis.newConfigKey(), threshold: 10 }
  const program = `${setUp(receiver.url, more)}
    for (let i = 0; i < 6; i += 1) logger.info('request errored', { res: { statusCode: 503 }, err: new Error('db timeout') })
    process.exit(0)`
  t.match(await Promise.all([run(program), run(program)]), [silent, silent])
  t.equal(receiver.received.length, 1)
  t.match(receiver.received[0]?.body, { threshold: 10, sample: { status_code: 503, error_message: 'db timeout' } })
})

t.test('300,000 lines logged in one go are all observed, and every error among them counts', async (t) => {
  const receiver = await startReceiver(t)
  const program = `${setUp(receiver.url, { threshold: 3000 })}
    for (let i = 1; i <= 300_000; i += 1) {
      if (i % 100 === 0) logger.error('error ' + i, { res: { statusCode: 503 } })
      else logger.info('request completed', { res: { statusCode: 200 }, responseTime: 503 })
    }
    await transport.flush()
    const { observed, errors, dropped } = transport.stats()
    process.stdout.write([observed, errors, dropped].join())`
  t.match(await run(program), { ...silent, stdout: '300000,3000,0' })
  t.match(receiver.received, [{ body: { count: 3000, sample: { error_message: 'error 300000' } } }])
})

t.test('a logger that lets it go and takes it on again is served, and another that shares it', async (t) => {
  const receiver = await startReceiver(t)
  const program = `${setUp(receiver.url)}
    logger.error('first')
    logger.remove(transport)
    await new Promise(setImmediate)
    logger.add(transport)
    winston.createLogger({ transports: [transport] }).error('again')
    process.exit(0)`
  t.match(await run(program), silent)
  t.strictSame(receiver.received.map(({ body }) => body.sample.error_message).sort(), ['again', 'first'])
})

t.test('finds the Error wherever winston puts it', async (t) => {
  const receiver = await startReceiver(t)
  const transport = new LogsirenTransport({ url: receiver.url, threshold: 1, cooldownSeconds: 1, worker: true })
  const events: string[] = []
  for (const name of ['alert', 'warning', 'error']) transport.on(name, () => events.push(name))
  for (const [name, log, format = winston.format.simple()] of errorCalls) {
    const before = transport.stats().errors
    const logger = winston.createLogger({ format, transports: [transport] })
    log(logger)
    await transport.flush()
    t.equal(transport.stats().errors, before + 1, name)
  }
  t.match(receiver.received[0]?.body.sample, { status_code: 503, error_message: 'db timeout' })
  t.match(events[0], 'alert')
  t.notMatch(events, ['error'])
  transport.end()
  await new Promise((resolve) => transport.once('finish', resolve))
})

t.test('passes the suite that winston transports are held to', (t) =>
  passesWinstonSuite(t, LogsirenTransport, { worker: true }),
)

t.test('takes lines without a logger', (t) => takesBareLines(t, LogsirenTransport, { worker: true }))
