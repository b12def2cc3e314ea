// The Pino transport where it really runs: in pino's worker thread, in a process of its own.
import { readFileSync } from 'node:fs'
import pino from 'pino'
import t from 'tap'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { root } from '../fixtures/root.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)
const options = (url: string, more: object = {}): string => JSON.stringify({ url, threshold: 1, ...more })
const silent = { code: 0, stdout: '', stderr: '' }

t.test('works for CommonJS callers', async (t) => {
  const receiver = await startReceiver(t)
  const program = `const pino = require('pino')
    pino(pino.transport({ target: 'logsiren/pino', options: ${options(receiver.url)} })).fatal('down')`
  t.match(await run(program, { isCommonJs: true }), silent)
  t.match(receiver.received, [{ body: { sample: { error_message: 'down' } } }])
})

t.test('two processes and their workers count together in Redis, and one alert is sent', async (t) => {
  const receiver = await startReceiver(t)
  const more = { redis: redis.url, configKey: redis.newConfigKey(), threshold: 10 }
  const program = `import pino from 'pino'
    const logger = pino(pino.transport({ target: 'logsiren/pino', options: ${options(receiver.url, more)} }))
    for (let i = 0; i < 6; i += 1) logger.info({ res: { statusCode: 503 }, err: new Error('db timeout') }, 'request errored')`
  t.match(await Promise.all([run(program), run(program)]), [silent, silent])
  t.equal(receiver.received.length, 1)
  t.match(receiver.received[0]?.body, { threshold: 10, sample: { status_code: 503, error_message: 'db timeout' } })
  t.ok(receiver.received[0]?.body.count >= 10)
  const totals = await redis.client.hgetall(`${more.configKey}:totals`)
  t.match(totals, { observed: '12', errors: '12', alerts: '1', delivered: '1' }, 'what both did is summed up there')
})

t.test('adopts the levels and keys that pino announces, without waiting for them', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import pino from 'pino'
    import { once } from 'node:events'
    const transport = pino.transport({ target: 'logsiren/pino', options: ${options(receiver.url, { threshold: 2 })} })
    await once(transport, 'ready')
    const logger = pino({ customLevels: { quiet: 300, error: 500, worse: 600 }, useOnlyCustomLevels: true, level: 'quiet',
      messageKey: 'text', errorKey: 'failure' }, transport)
    for (let i = 0; i < 50; i += 1) logger.quiet('300 is no error here')
    logger.error('first')
    logger.worse({ failure: new Error('second') })`
  t.match(await run(program), silent)
  t.match(receiver.received, [{ body: { count: 2, sample: { error_message: 'second' } } }])
})

t.test(
  'with `targets`, gets what README says: what other targets leave out, and levels that pino drops elsewhere',
  async (t) => {
    const low = 'customLevels: { info: 2, error: 4 }, useOnlyCustomLevels: true, level: "info"'
    const severity = (more: string): string =>
      `formatters: { level: (label, level) => ({ severity: label.toUpperCase() ${more} }) }`
    const cases: [name: string, pinoOptions: string, ours: string, alerts: number][] = [
      ['a level on the other target', '', '', 1],
      ['the logger at a level above', 'level: "warn"', '', 0],
      ['level numbers below 30', low, '', 0],
      ['level numbers below 30, and `level: 0`', low, 'level: 0,', 1],
      ['a severity alone', severity(''), '', 0],
      ['a severity and the number', severity(', level'), '', 1],
    ]
    for (const [name, pinoOptions, ours, alerts] of cases) {
      const receiver = await startReceiver(t)
      const program = `import pino from 'pino'
      const logger = pino({ ${pinoOptions} }, pino.transport({ targets: [
        { target: 'pino/file', level: 'fatal', options: { destination: '/dev/null' } },
        { target: 'logsiren/pino', ${ours} options: ${options(receiver.url)} },
      ] }))
      const log = ${pinoOptions.includes('customLevels') || pinoOptions.includes('formatters') ? 'logger.error' : 'logger.info'}
      log.call(logger, { res: { statusCode: 503 } }, 'request completed')`
      t.match(await run(program, { env: { NODE_NO_WARNINGS: '1' } }), silent, name)
      t.equal(receiver.received.length, alerts, name)
    }
  },
)

t.test(
  'judges lines though nobody ever calls pino(), and bad options end it with every problem in the message',
  async (t) => {
    const receiver = await startReceiver(t)
    const direct = `import pino from 'pino'
    const transport = pino.transport({ target: 'logsiren/pino', options: ${options(receiver.url)} })
    transport.write('{"level":50,"msg":"direct"}\\n')`
    t.match(await run(direct), silent)
    t.match(receiver.received, [{ body: { sample: { error_message: 'direct' } } }])
    const bad = `import pino from 'pino'
    pino.transport({ target: 'logsiren/pino', options: { threshold: 0, url: 'ftp://canary.test/x' } })
      .on('error', (error) => { process.stdout.write(error.message) })
    setTimeout(() => {}, 2000).unref()`
    const { stdout } = await run(bad)
    t.match(stdout, /`threshold`.*got `0`|`url`/)
    t.match(stdout, 'url')
    t.notMatch(stdout, 'canary')
  },
)

t.test('passes its events on to the transport object on the main thread', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith(500, 204)
  const program = `import pino from 'pino'
    const transport = pino.transport({ target: 'logsiren/pino', options: ${options(receiver.url)} })
    const logger = pino(transport)
    const events = []
    const keepAlive = setInterval(() => {}, 1000)
    transport.on('alert', (alert) => events.push(['alert', alert.count]))
    transport.on('warning', (warning) => { events.push(['warning', warning.code]); logger.error('again') })
    transport.on('delivered', (alert) => {
      events.push(['delivered', alert.tries])
      process.stdout.write(JSON.stringify(events))
      clearInterval(keepAlive)
    })
    logger.error('first')`
  const { stdout } = await run(program)
  t.strictSame(JSON.parse(stdout), [
    ['alert', 1],
    ['warning', 'DELIVERY_FAILED'],
    ['delivered', 2],
  ])
})

t.test('what logsiren itself says is never counted, though the application logs it', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith(500)
  const program = `import pino from 'pino'
    const transport = pino.transport({ target: 'logsiren/pino', options: ${options(receiver.url)} })
    const logger = pino(transport)
    const keepAlive = setInterval(() => {}, 1000)
    transport.on('warning', (warning) => {
      for (let i = 0; i < 20; i += 1) logger.error(warning.message)
      logger.error(new Error(warning.message))
      clearInterval(keepAlive)
    })
    logger.error('one real error')`
  t.match(await run(program), silent)
  t.equal(receiver.received.length, 1)
})

t.test('passes over lines that are none, however long', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import logsirenPino from 'logsiren/pino'
    const stream = await logsirenPino(${options(receiver.url)})
    for (const line of ['not json', 'null', '[1]', '7', '"text"', '{}', 'no JSON "status":500', '{"level":30,"msg":"' + 'x'.repeat(10e6) + '"}']) stream.write(line + '\\n')
    stream.write('{"level":50,"msg":"a real ')
    stream.write('one, cut in two"}\\n')
    await stream.flush()
    process.stdout.write(JSON.stringify(stream.stats()))
    stream.end()`
  const { stdout, stderr, code } = await run(program)
  t.equal(stderr, '')
  t.equal(code, 0)
  // Of those that are no JSON only one looks like an error, the other is too long.
  t.match(JSON.parse(stdout), { observed: 9, skipped: 2, errors: 1, alerts: 1 })
  t.match(receiver.received, [{ body: { sample: { error_message: 'a real one, cut in two' } } }])
})

t.test('300,000 lines logged in one go are all looked at, and every error among them counts', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import pino from 'pino'
    const logger = pino(pino.transport({ target: 'logsiren/pino', options: ${options(receiver.url, { threshold: 3000 })} }))
    for (let i = 1; i <= 300_000; i += 1) {
      if (i % 100 === 0) logger.error({ res: { statusCode: 503 } }, 'error ' + i)
      else logger.info({ res: { statusCode: 200 }, responseTime: 503 }, 'request completed')
    }`
  t.match(await run(program), silent)
  t.match(receiver.received, [{ body: { count: 3000, sample: { error_message: 'error 300000' } } }])
})

t.test('logger.flush() calls back when what was logged is counted and told', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import pino from 'pino'
    const logger = pino(pino.transport({ target: 'logsiren/pino', options: ${options(receiver.url)} }))
    logger.error('boom')
    await new Promise((resolve) => logger.flush(resolve))
    process.kill(process.pid, 'SIGKILL')`
  t.match(await run(program), { signal: 'SIGKILL' })
  // Before 10.2, pino does not ask the worker: it has what was logged by then, no more.
  if (!pino.version.startsWith('9.')) t.equal(receiver.received.length, 1)
})

t.test('the lines of real frameworks: two of four requests are errors, and nothing private leaves', async (t) => {
  for (const framework of ['pino-http', 'fastify']) {
    const receiver = await startReceiver(t)
    const lines = readFileSync(`${root}test/fixtures/lines/${framework}.ndjson`, 'utf8')
    const program = `import logsirenPino from 'logsiren/pino'
      const stream = await logsirenPino(${options(receiver.url, { cooldownSeconds: 1 })})
      for (const line of ${JSON.stringify(lines)}.trim().split('\\n')) { stream.write(line + '\\n'); await stream.flush() }
      process.stdout.write(String(stream.stats().errors))
      stream.end()`
    t.match(await run(program), { ...silent, stdout: '2' })
    const message = framework === 'fastify' ? 'boom' : 'db timeout'
    t.match(receiver.received[0]?.body, {
      sample: { status_code: 500, error_message: message, client_ip: '127.0.0.1' },
    })
    t.notMatch(JSON.stringify(receiver.received), /canary|203\.0\.113\.9/)
  }
})

t.test('neither a dead Redis nor a hanging receiver stalls or ends the process', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith(() => {})
  for (const more of [{ redis: 'redis://127.0.0.1:1', closeTimeoutMs: 1000 }, { closeTimeoutMs: 1000 }]) {
    const program = `import pino from 'pino'
      const logger = pino(pino.transport({ target: 'logsiren/pino', options: ${options(receiver.url, more)} }))
      for (let i = 0; i < 10000; i += 1) logger.error('boom')`
    t.match(await run(program), silent)
  }
})
