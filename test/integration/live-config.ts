// Two processes run; the config key is written by hand; both follow.
import { execFileSync } from 'node:child_process'
import t from 'tap'
import { countedIn } from '../fixtures/counted.js'
import { eventually } from '../fixtures/eventually.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)

t.test('what is SET while two processes run is what both go by, without a restart', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const [go, done] = [`${configKey}:test:go`, `${configKey}:test:done`]
  const program = (logger: string): string => `import { Redis } from 'ioredis'
    ${logger}
    const client = new Redis('${redis.url}')
    for (;;) {
      const [, order] = await client.blpop('${go}:' + name, 0)
      if (order === 'end') break
      logger.error('boom in ' + name)
      await flush()
      await client.rpush('${done}', name)
    }
    end()
    client.disconnect()`
  const options = JSON.stringify({ redis: redis.url, configKey, url: receiver.url, threshold: 1000 })
  const withPino = program(`import pino from 'pino'
    const name = 'pino'
    const transport = pino.transport({ target: 'logsiren/pino', options: ${options} })
    const logger = pino(transport)
    const flush = () => new Promise((resolve) => logger.flush(resolve))
    const end = () => transport.end()`)
  const withWinston = program(`import winston from 'winston'
    import { LogsirenTransport } from 'logsiren/winston'
    const name = 'winston'
    const transport = new LogsirenTransport(${options})
    const logger = winston.createLogger({ transports: [transport] })
    const flush = () => transport.flush()
    const end = () => logger.end()`)
  const ended = Promise.all([run(withPino), run(withWinston)])
  const waiting = redis.client.duplicate()
  t.teardown(() => waiting.disconnect())
  const fail = async (...names: string[]): Promise<void> => {
    for (const name of names) {
      await redis.client.rpush(`${go}:${name}`, 'fail')
      await waiting.blpop(done, 30)
    }
  }
  const set = (document: object): void => {
    const { hostname, port, pathname } = new URL(redis.url)
    const where = ['-h', hostname, '-p', port, '-n', pathname.slice(1) || '0']
    execFileSync('redis-cli', [...where, 'SET', configKey, JSON.stringify(document)])
  }
  await fail('pino', 'winston')
  // Older versions of pino call back from a flush before that.
  await eventually(async () => (await countedIn(redis, configKey)) === 2)
  t.equal(receiver.received.length, 0)

  set({ enabled: true, threshold: 3 })
  await fail('winston')
  await receiver.has(1)
  t.match(receiver.received, [{ body: { threshold: 3, count: 3, sample: { error_message: 'boom in winston' } } }])

  set({ enabled: true, threshold: 4, url: `${receiver.origin}/moved` })
  await redis.client.del(`${configKey}:cooldown`)
  await fail('pino')
  await receiver.has(2)
  t.match(receiver.received[1], {
    path: '/moved',
    body: { threshold: 4, count: 4, sample: { error_message: 'boom in pino' } },
  })

  set({ enabled: false })
  await redis.client.del(`${configKey}:cooldown`)
  await fail('pino', 'winston', 'winston')
  t.equal(receiver.received.length, 2, 'off for both')

  await redis.client.rpush(`${go}:pino`, 'end')
  await redis.client.rpush(`${go}:winston`, 'end')
  const clean = { code: 0, stdout: '', stderr: '' }
  t.match(await ended, [clean, clean])
})

t.test('a url that is there but undefined, and given nowhere else, is told once by every way in', async (t) => {
  const [empty, full] = [redis.newConfigKey(), redis.newConfigKey()]
  await redis.client.set(full, JSON.stringify({ enabled: true, url: 'http://127.0.0.1:9/' }))
  const shared = (configKey: string): string =>
    `{ redis: '${redis.url}', configKey: '${configKey}', url: process.env.NOT_SET }`
  const cases: [name: string, options: string, warnings: number][] = [
    ['without Redis', '{ url: process.env.NOT_SET }', 1],
    ['and Redis has none', shared(empty), 1],
    ['and Redis has one', shared(full), 0],
  ]
  const { code, stdout, stderr } = await run(`import { createEvaluator } from 'logsiren'
    import logsirenPino from 'logsiren/pino'
    import { LogsirenTransport } from 'logsiren/winston'
    import pino from 'pino'
    const ended = (transport) => [transport, () => transport.end()]
    const ways = {
      'Pino, target': (options) => ended(pino.transport({ target: 'logsiren/pino', options })),
      'Pino, in-process': async (options) => ended(await logsirenPino(options)),
      Winston: (options) => ended(new LogsirenTransport(options)),
      'Winston, worker': (options) => {
        const transport = new LogsirenTransport({ ...options, worker: true })
        return [transport, () => transport.flush().then(() => transport.end())]
      },
      evaluator: (options) => {
        const evaluator = createEvaluator(options)
        return [evaluator, () => evaluator.close()]
      },
    }
    const warnings = {}
    for (const [way, open] of Object.entries(ways)) {
      warnings[way] = []
      for (const options of [${cases.map(([, options]) => options).join()}]) {
        const told = []
        warnings[way].push(told)
        const [emitter, end] = await open(options)
        emitter.on('warning', ({ code, message }) => told.push(code + ' ' + message))
        end()
      }
    }
    process.on('exit', () => process.stdout.write(JSON.stringify(warnings)))`)
  t.strictSame([code, stderr], [0, ''])
  for (const [way, told] of Object.entries(JSON.parse(stdout)))
    for (const [index, [name, , warnings]] of cases.entries()) {
      const ofCase = (told as string[][])[index] ?? []
      t.match(ofCase, Array(warnings).fill(/^NO_DESTINATION logsiren: no alert is sent, since no rule has a url: /))
      t.equal(ofCase.length, warnings, `${way}, ${name}`)
    }
})
