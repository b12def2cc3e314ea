import { once } from 'node:events'
import t, { type Test } from 'tap'
import winston from 'winston'
import LogsirenTransportDefault, { LogsirenTransport, type LogsirenTransportOptions } from '../src/winston.js'
import { type Receiver, startReceiver } from './fixtures/receiver.js'
import { run } from './fixtures/run.js'
import { errorCalls } from './fixtures/winston-calls.js'
import { passesWinstonSuite, takesBareLines } from './fixtures/winston-suite.js'

interface Setup {
  readonly receiver: Receiver
  readonly transport: LogsirenTransport
  readonly logger: winston.Logger
}

async function setUp(
  t: Test,
  options: LogsirenTransportOptions = {},
  logger: winston.LoggerOptions = {},
): Promise<Setup> {
  const receiver = await startReceiver(t)
  const transport = new LogsirenTransport({ url: receiver.url, threshold: 1, ...options })
  t.teardown(() => transport.end())
  return { receiver, transport, logger: winston.createLogger({ ...logger, transports: [transport] }) }
}

t.test('is exported by name and as the default', (t) => {
  t.equal(LogsirenTransportDefault, LogsirenTransport)
  t.end()
})

t.test('finds the Error wherever winston puts it', async (t) => {
  for (const [name, log, format = winston.format.simple()] of errorCalls) {
    const { receiver, transport, logger } = await setUp(t, {}, { format })
    log(logger)
    await transport.flush()
    t.match(receiver.received[0]?.body.sample, { status_code: 503, error_message: 'db timeout' }, name)
  }
})

t.test('knows how bad a level is in any level set, coloured or not', async (t) => {
  const sets: [winston.config.AbstractConfigSetLevels, errors: string[], fine: string[]][] = [
    [winston.config.npm.levels, ['error'], ['warn', 'info', 'http', 'verbose', 'debug', 'silly']],
    [winston.config.syslog.levels, ['emerg', 'alert', 'crit', 'error'], ['warning', 'notice', 'info', 'debug']],
    [winston.config.cli.levels, ['error'], ['warn', 'help', 'data', 'info', 'debug', 'prompt', 'verbose']],
    [{ disaster: 0, error: 1, odd: 2, info: 3 }, ['disaster', 'error'], ['odd', 'info']],
    [{ fatal: 0, fine: 1 }, ['fatal'], ['fine']],
  ]
  winston.addColors({
    disaster: 'red',
    odd: 'blue',
    fatal: 'red',
    fine: 'green',
    help: 'blue',
    data: 'blue',
    prompt: 'blue',
  })
  for (const [levels, errors, fine] of sets) {
    const format = winston.format.combine(winston.format.colorize(), winston.format.simple())
    const { transport, logger } = await setUp(
      t,
      { threshold: 1000 },
      { levels, format, level: Object.keys(levels).at(-1) ?? 'info' },
    )
    for (const level of [...errors, ...fine]) logger.log(level, `at ${level}`)
    t.match(
      transport.stats(),
      { observed: errors.length + fine.length, errors: errors.length },
      Object.keys(levels).join(' '),
    )
  }
})

t.test('calls back at once, changes nothing of info, and leaves other transports all their lines', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith(() => {})
  const ours = new LogsirenTransport({ url: receiver.url, threshold: 1, closeTimeoutMs: 100 })
  let seen = 0
  class Other extends LogsirenTransport {
    override log(_info: unknown, next: () => void): void {
      seen += 1
      next()
    }
  }
  const logger = winston.createLogger({ transports: [ours, new Other()] })
  for (let i = 0; i < 20_000; i += 1) logger.error(`line ${i}`)
  t.equal(seen, 20_000)
  const info = Object.freeze({ level: 'error', message: Object.freeze(new Error('x')), [Symbol.for('level')]: 'error' })
  let isCalledBack = false
  ours.log(info, () => {
    isCalledBack = true
  })
  t.ok(isCalledBack)
  t.match(ours.stats(), { observed: 20_001, errors: 20_001, skipped: 0 })
  ours.log(undefined, () => {})
  t.match(ours.stats(), { observed: 20_002, skipped: 1 })
  ours.close()
})

t.test('emits what an evaluator emits, warn for loggers, and never error', async (t) => {
  const { receiver, transport, logger } = await setUp(t, { groupBy: 'model' })
  receiver.answerWith(400, 200)
  const events: string[] = []
  transport.on('error', () => events.push('error'))
  for (const name of ['alert', 'delivered', 'warning', 'warn']) transport.on(name, () => events.push(name))
  logger.error('first', { model: 'a' })
  await transport.flush()
  logger.error('second', { model: 'b' })
  await transport.flush()
  t.strictSame(events, ['alert', 'warning', 'warn', 'alert', 'delivered'])
})

t.test('finishes when its logger ends, once what was logged is told', async (t) => {
  const { receiver, transport, logger } = await setUp(t)
  logger.error('last')
  logger.end()
  await once(transport, 'finish')
  t.equal(receiver.received.length, 1)
})

t.test('takes the options of every winston transport, and refuses others', (t) => {
  const transport = new LogsirenTransport({ level: 'warn', silent: true, handleExceptions: true })
  t.match(transport, { level: 'warn', silent: true, handleExceptions: true, name: 'logsiren' })
  t.throws(() => new LogsirenTransport({ thresold: 3 } as object), { code: 'ERR_LOGSIREN_CONFIG' })
  t.throws(() => new LogsirenTransport({ url: () => 'x' } as object), {
    message: /function: options must be plain data/,
  })
  transport.end()
  t.end()
})

t.test('in a process of its own, exceptions and rejections are told before winston ends it', async (t) => {
  // Strict about rejections, Node gives them to whoever handles exceptions too, and older versions do not outlive that (nodejs/node#60034).
  const flags: string[] = []
  for (const [failure, code] of [
    ['setImmediate(() => { throw new Error("crash") })', 1],
    ['Promise.reject(new Error("crash"))', 1],
    ['logger.error(new Error("crash"))', 0],
  ] as const) {
    const receiver = await startReceiver(t)
    const ended = await run(
      `import winston from 'winston'
      import { LogsirenTransport } from 'logsiren/winston'
      const options = { url: '${receiver.url}', threshold: 1, handleExceptions: true, handleRejections: true }
      const logger = winston.createLogger({ format: winston.format.json(), transports: [new LogsirenTransport(options)] })
      ${failure}`,
      { flags },
    )
    t.match(receiver.received, [{ body: { sample: { error_message: 'crash' } } }], failure)
    t.equal(ended.code, code, ended.stderr)
  }
})

t.test('says finish once an exception is told, and only where winston waits for it to end the process', async (t) => {
  const { receiver, transport, logger } = await setUp(t, { handleExceptions: true })
  const thrown = { level: 'error', message: 'uncaughtException: crash', exception: true }
  const isFinished = once(transport, 'finish').then(() => receiver.received.length)
  logger.log(thrown)
  await transport.flush()
  Object.assign(transport, { _ending: true })
  logger.error('another line')
  logger.exitOnError = false
  logger.log(thrown)
  await transport.flush()
  logger.exitOnError = true
  t.equal(await Promise.race([isFinished, 'not yet']), 'not yet')
  logger.log({ ...thrown, exception: false, rejection: true })
  t.equal(await isFinished, 1)
})

t.test('goes on when its logger is configured anew, and when one of several loggers lets it go', async (t) => {
  const { transport, logger } = await setUp(t, { threshold: 1000 })
  logger.error('one')
  logger.configure({ transports: [transport] })
  logger.error('two')
  const other = winston.createLogger({ transports: [transport] })
  other.remove(transport)
  await new Promise(setImmediate)
  logger.error('three')
  t.match(transport.stats(), { observed: 3, errors: 3 })
})

t.test('works again when a logger that let it go takes it on later', async (t) => {
  const { receiver, transport, logger } = await setUp(t)
  logger.remove(transport)
  await new Promise(setImmediate)
  logger.add(transport)
  logger.error('again')
  await transport.flush()
  t.match(receiver.received, [{ body: { sample: { error_message: 'again' } } }])
})

t.test('refuses options that are no object with a sentence', (t) => {
  t.throws(() => new LogsirenTransport('nonsense' as never), { code: 'ERR_LOGSIREN_CONFIG' })
  t.end()
})

t.test('`format` is the webhook’s by its name, or one of winston’s own for the lines', async (t) => {
  const { receiver, transport, logger } = await setUp(t, { format: 'slack' })
  logger.error('down')
  await transport.flush()
  t.match(receiver.received[0]?.body, { text: /^🚨 down – 1 error /, blocks: Array })
  t.equal(transport.format, undefined)
  const own = winston.format((info) => ({ ...info, statusCode: 504 }))()
  const formatted = await setUp(t, { format: own })
  formatted.logger.error('down')
  await formatted.transport.flush()
  t.match(formatted.receiver.received[0]?.body, { type: 'log_error_threshold', sample: { status_code: 504 } })
  t.equal(formatted.transport.format, own)
  for (const format of ['xml', 5, {}, () => ({})])
    t.throws(() => new LogsirenTransport({ format } as object), { code: 'ERR_LOGSIREN_CONFIG', message: /`format`/ })
})

t.test('passes the suite that winston transports are held to', (t) => passesWinstonSuite(t, LogsirenTransport))

t.test(
  'takes lines without a logger: with no callback, as winston 2 gave them, before a logger comes, once closed',
  (t) => takesBareLines(t, LogsirenTransport),
)
