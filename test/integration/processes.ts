// Who is alive: real processes are seen by service, host, pid and logger, though they log no error. One that is killed is gone after a
// minute by Redis' clock, one that ends in order at once.
import type { ChildProcess } from 'node:child_process'
import { hostname } from 'node:os'
import t, { type Test } from 'tap'
import { systemClock } from '../../src/clock.js'
import { redisTarget } from '../../src/config/checks/redis-option.js'
import type { RedisOption } from '../../src/index.js'
import { Connection } from '../../src/store/connection/connection.js'
import { ALIVE_MS } from '../../src/store/redis/lua/overview.js'
import { SERVER_CLOCK } from '../../src/store/redis/lua/script.js'
import { readStatusState } from '../../src/store/status/status-reader.js'
import type { ProcessState } from '../../src/store/status/status-replies.js'
import { version } from '../../src/version.js'
import { eventually } from '../fixtures/eventually.js'
import { startRedis } from '../fixtures/redis.js'
import { startCluster } from '../fixtures/redis-cluster.js'
import { type Ended, run } from '../fixtures/run.js'

const KEY = 'processes'

const pinoLogger = (options: object): string => `
  import { pino } from 'pino'
  const transport = pino.transport({ target: 'logsiren/pino', options: ${JSON.stringify(options)} })
  const log = pino({ name: 'shop' }, transport)`

const winstonLogger = (options: object): string => `
  import winston from 'winston'
  import { LogsirenTransport } from 'logsiren/winston'
  const transport = new LogsirenTransport(${JSON.stringify(options)})
  const log = winston.createLogger({ defaultMeta: { service: 'billing' }, transports: [transport] })`

/** Logs good news at once, and an error when it is told to; else it ends. */
const program = (logger: string): string => `${logger}
  log.info('up')
  process.on('message', (what) => {
    if (what === 'fail') return log.error('db timeout')
    process.disconnect()
    log.end()
  })`

interface Member {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

function start(logger: string): Member {
  const children: ChildProcess[] = []
  const ended = run(program(logger), { onStart: (child) => children.push(child) })
  const [child] = children
  if (child === undefined) throw new Error('no child')
  return { child, ended }
}

async function seesWhoIsAlive(
  t: Test,
  redis: RedisOption,
  setConfig: (text: string) => Promise<unknown>,
): Promise<void> {
  const target = redisTarget(redis)
  if (target === undefined) throw new Error('no target')
  const connection = new Connection({ target, clock: systemClock, connectTimeoutMs: 5000, holdsProcess: true })
  t.teardown(() => connection.close())
  const alive = async (clock = SERVER_CLOCK): Promise<readonly ProcessState[]> =>
    [...(await readStatusState(connection, KEY, clock)).processes].sort((a, b) => (a.logger < b.logger ? -1 : 1))

  const options = { redis, configKey: KEY, url: 'http://127.0.0.1:1/' }
  const [pino, winston, worker] = [
    start(pinoLogger(options)),
    start(winstonLogger(options)),
    start(winstonLogger({ ...options, worker: true })),
  ]
  t.teardown(() => {
    for (const { child } of [pino, winston, worker]) child.kill('SIGKILL')
  })
  const named = (seen: readonly ProcessState[]): boolean =>
    seen.length === 3 && seen.every(({ service }) => service !== '')
  const seen = await eventually(async () => {
    const seen = await alive()
    return named(seen) && seen
  })
  const here = { hostname: hostname(), version, config: 'options' }
  t.match(
    seen.filter(({ logger }) => logger === 'pino'),
    [{ ...here, service: 'shop', pid: pino.child.pid }],
  )
  const billing = seen.filter(({ logger }) => logger === 'winston')
  for (const one of billing) t.match(one, { ...here, service: 'billing' })
  t.strictSame(new Set(billing.map(({ pid }) => pid)), new Set([winston.child.pid, worker.child.pid]))

  worker.child.send('end')
  t.match(await worker.ended, { code: 0, stderr: '' })
  t.equal((await alive()).length, 2, 'one that ended in order is gone at once')

  pino.child.kill('SIGKILL')
  await pino.ended
  t.equal((await alive()).length, 2, 'one that was killed could say nothing')
  await setConfig('{"threshold":7}')
  winston.child.send('fail')
  const told = await eventually(async () => (await alive()).find(({ config }) => config === 'document'))
  const minuteLater = `local now = ${told.heardAtMs + ALIVE_MS}`
  t.match(await alive(minuteLater), [{ pid: winston.child.pid, logger: 'winston' }], 'and is gone after a minute')
  t.equal((await alive(minuteLater)).length, 1)
  winston.child.kill('SIGKILL')
  await winston.ended
  t.strictSame(await alive(`local now = ${told.heardAtMs + ALIVE_MS + 1}`), [])
}

t.test('sees who is alive', async (t) => {
  const { url, client } = await startRedis(t)
  await seesWhoIsAlive(t, url, (text) => client.set(KEY, text))
})

t.test('sees who is alive on a Cluster', async (t) => {
  const { option, client } = await startCluster(t)
  await seesWhoIsAlive(t, option, (text) => client.set(KEY, text))
})
