// Shares of errors in fleets of real processes on one Redis: `percent`, through each way in.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { eventually } from '../fixtures/eventually.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)

/** Each defines `line(statusCode, tenant)` and `ready`. */
const ways: Readonly<Record<string, (options: string) => string>> = {
  pino: (options) => `
    import { pino } from 'pino'
    const transport = pino.transport({ target: 'logsiren/pino', options: ${options} })
    const ready = new Promise((resolve) => transport.once('ready', resolve))
    const log = pino(transport)
    const line = (statusCode, tenant) => log.info({ tenant, res: { statusCode }, responseTime: 1 }, 'request completed')`,
  winston: (options) => `
    import winston from 'winston'
    import { LogsirenTransport } from 'logsiren/winston'
    const transport = new LogsirenTransport(${options})
    const ready = transport.flush()
    const log = winston.createLogger({ transports: [transport] })
    const line = (statusCode, tenant) => log.info('request completed', { res: { statusCode }, tenant })`,
  'winston, in a thread': (options) => ways['winston']?.(`{ ...${options}, worker: true }`) ?? '',
  evaluator: (options) => `
    import { createEvaluator } from 'logsiren'
    const evaluator = createEvaluator(${options})
    const ready = evaluator.flush()
    const line = (statusCode, tenant) => evaluator.observe({ statusCode, group: tenant })`,
}

/** Logs what it is told to; ends when that is nothing. */
const program = (way: string): string => `${way}
  process.on('message', (lines) => {
    if (lines.length === 0) return process.disconnect()
    for (const [statusCode, tenant, times] of lines) for (let i = 0; i < times; i += 1) line(statusCode, tenant)
    process.send('logged')
  })
  await ready
  process.send('started')`

type Lines = readonly (readonly [statusCode: number, tenant: string, times: number])[]

interface Process {
  readonly log: (...lines: Lines) => Promise<unknown>
  readonly end: () => Promise<unknown>
}

interface Fleet {
  readonly receiver: Receiver
  readonly start: (way: string) => Promise<Process>
  /** The other requests that Redis has of a rule without groups. */
  readonly others: () => Promise<number>
}

async function setUp(t: Test, options: object): Promise<Fleet> {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const all = JSON.stringify({ url: receiver.url, redis: redis.url, configKey, windowSeconds: 60, ...options })
  const start = async (way: string): Promise<Process> => {
    const children: ChildProcess[] = []
    const ended = run(program(ways[way]?.(all) ?? ''), { onStart: (child) => children.push(child) })
    const [child] = children
    if (child === undefined) throw new Error('no child')
    t.teardown(() => child.kill())
    await once(child, 'message')
    const log = (...lines: Lines): Promise<unknown> => {
      const logged = once(child, 'message')
      child.send(lines)
      return logged
    }
    const end = async (): Promise<unknown> => {
      child.send([])
      return t.match(await ended, { code: 0, stderr: '' })
    }
    return { log, end }
  }
  const others = async (): Promise<number> => {
    const keys = (await redis.client.keys(`${configKey}:*`)).filter((key) => key.includes('others'))
    const totals = await Promise.all(keys.map((key) => redis.client.hget(key, 'total')))
    return totals.reduce((sum, total) => sum + Number(total), 0)
  }
  return { receiver, start, others }
}

t.test('requests of all processes count, whatever logs them, and an alert needs the share', async (t) => {
  const { receiver, start, others } = await setUp(t, { threshold: 5, percent: 10 })
  const fleet = await Promise.all(Object.keys(ways).map(start))
  const [first, second] = fleet
  for (const one of fleet) await one.log([200, '', 25])
  await eventually(async () => (await others()) === 100)
  await first?.log([503, '', 5])
  await second?.log([200, '', 1], [503, '', 5])
  await eventually(async () => (await others()) === 101)
  t.equal(receiver.received.length, 0, '10 of 111')
  await second?.log([503, '', 2])
  await eventually(() => receiver.received.length === 1)
  t.match(receiver.received[0]?.body, { count: 12, requests: 113, percent: 10, threshold: 5 })
  for (const one of fleet) await one.end()
})

t.test('low traffic: few errors of few requests are told where the floor is reached, and not below it', async (t) => {
  const { receiver, start } = await setUp(t, { threshold: 3, percent: 50 })
  const [one, other] = await Promise.all([start('pino'), start('evaluator')])
  await one?.log([200, '', 1], [503, '', 2])
  await one?.end()
  t.equal(receiver.received.length, 0, '2 of 3 are fewer than 3')
  await other?.log([503, '', 1])
  await eventually(() => receiver.received.length === 1)
  t.match(receiver.received[0]?.body, { count: 3, requests: 4 })
  await other?.end()
})

t.test('groups and conditions have requests of their own', async (t) => {
  const rules = [
    { name: 'by-tenant', groupBy: ['tenant'], match: { tenant: { not: 'internal' }, statusCode: { gte: 502 } } },
  ]
  const { receiver, start } = await setUp(t, { threshold: 5, percent: 20, rules })
  const fleet = await Promise.all(['pino', 'winston', 'winston, in a thread'].map(start))
  for (const one of fleet) {
    await one.log([200, 'quiet', 30], [200, 'bad', 5], [500, 'bad', 2], [200, 'internal', 50])
    await one.log([503, 'quiet', 2], [503, 'internal', 9])
  }
  for (const one of fleet) await one.log([503, 'bad', 3])
  await eventually(() => receiver.received.length > 0)
  for (const one of fleet) await one.end()
  t.match(receiver.received, [{ body: { group_by: { tenant: 'bad' }, percent: 20 } }])
  t.equal(receiver.received.length, 1, 'of `quiet` 6 of 96 failed')
  const { count, requests } = receiver.received[0]?.body ?? {}
  t.ok(count >= 5 && requests <= 30 && count * 100 >= 20 * requests, `${count} of ${requests}`)
})
