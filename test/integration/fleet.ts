// Fleets of real processes, Pino's workers and Winston's transports, on one Redis and on a cluster: what they log is counted once,
// each rule and group alerts once, all follow a new config, and a third of them is killed on the way.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { RedisOption } from '../../src/index.js'
import { eventually } from '../fixtures/eventually.js'
import { type Received, startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { startCluster } from '../fixtures/redis-cluster.js'
import { type Ended, run } from '../fixtures/run.js'

/** Processes of a fleet that start at a time: more of them would take the machine from other tests for so long that these run into limits of time. */
const STARTING_TOGETHER = 2
const KEY = 'fleet'
/** Within this time every process follows the config, errors or none; see README, Run-time config. */
const CONFIG_WITHIN_MS = 15_000
/** Errors of each process before any is killed, and of each that is left after that; half of them of the group that all share. */
const [FIRST, SECOND] = [400, 200]

const pinoLogger = (options: object): string => `
  import { pino } from 'pino'
  const transport = pino.transport({ target: 'logsiren/pino', options: ${JSON.stringify(options)} })
  const ready = new Promise((resolve) => transport.once('ready', resolve))
  const log = pino(transport)
  const line = (statusCode, model) => log.info({ res: { statusCode }, model }, 'request completed')`

const winstonLogger = (options: object): string => `
  import winston from 'winston'
  import { LogsirenTransport } from 'logsiren/winston'
  const transport = new LogsirenTransport(${JSON.stringify(options)})
  const ready = transport.flush()
  const log = winston.createLogger({ transports: [transport] })
  const line = (statusCode, model) => log.info('request completed', { statusCode, model })`

/** Logs what it is told to, in slices, good requests among it; ends when that is nothing. Says so once it can be told. */
const program = (logger: string, name: string): string => `${logger}
  import { setTimeout as sleep } from 'node:timers/promises'
  process.on('message', async ({ count, statusCode }) => {
    if (count === 0) return process.disconnect()
    for (let i = 0; i < count; i += 1) {
      line(200, 'shared')
      line(statusCode, i % 2 === 0 ? 'shared' : '${name}')
      if (i % 20 === 19) await sleep(5)
    }
    process.send('logged')
  })
  await ready
  process.send('started')`

interface Member {
  readonly name: string
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts them all; resolves when each can log. */
async function start(redis: RedisOption, url: string, processes: number): Promise<Member[]> {
  const rules = [
    { name: 'all', threshold: FIRST },
    { name: 'by-model', groupBy: ['model'], threshold: FIRST / 4, maxAlertsPerMinute: 100 },
  ]
  const options = { redis, configKey: KEY, url, rules, windowSeconds: 600, cooldownSeconds: 600 }
  const members: Member[] = []
  while (members.length < processes) {
    const next = Array.from({ length: STARTING_TOGETHER }, (_, i) => startMember(members.length + i, options))
    await Promise.all(next.map(({ child }) => once(child, 'message')))
    members.push(...next)
  }
  return members
}

function startMember(index: number, options: object): Member {
  const name = `p${index}`
  const logger = index % 2 === 0 ? pinoLogger(options) : winstonLogger({ ...options, worker: index % 4 === 1 })
  const children: ChildProcess[] = []
  const ended = run(program(logger, name), { onStart: (child) => children.push(child) })
  const [child] = children
  if (child === undefined) throw new Error('no child')
  return { name, child, ended }
}

/** Has all of them log at once; resolves when they have. */
async function log(members: readonly Member[], count: number, statusCode = 503): Promise<void> {
  const logged = members.map(({ child }) => once(child, 'message'))
  for (const { child } of members) child.send({ count, statusCode })
  await Promise.all(logged)
}

async function isAFleet(
  t: Test,
  processes: number,
  redis: RedisOption,
  client: Redis | Cluster,
  prefix: string,
): Promise<void> {
  const receiver = await startReceiver(t)
  const total = async (rule: string, model?: string): Promise<number> => {
    const group = model === undefined ? '' : `:group:${await groupKeyOf(client, prefix, model)}`
    return Number(await client.hget(`${prefix}:ring:600:rule:${rule}${group}`, 'total'))
  }
  const reaches = (count: number, ...of: Parameters<typeof total>): Promise<unknown> =>
    eventually(async () => (await total(...of)) === count)
  const members = await start(redis, receiver.url, processes)

  await log(members, FIRST)
  await reaches(processes * FIRST, 'all')
  await reaches((processes * FIRST) / 2, 'by-model', 'shared')
  for (const { name } of members) t.equal(await total('by-model', name), FIRST / 2, `${name} has its own group`)
  const groups = processes + 2
  await eventually(() => alertIds(receiver.received).size === groups)
  oneAlertEach(t, receiver.received, groups)

  // A third is killed while all log, at some time or other.
  const killed = members.filter((_, i) => i % 3 === 0)
  const left = members.filter((one) => !killed.includes(one))
  const logging = log(left, SECOND)
  for (const { child } of killed) {
    child.send({ count: SECOND, statusCode: 503 })
    await sleep(10)
    child.kill('SIGKILL')
  }
  await logging
  await Promise.all(killed.map(({ ended }) => ended))
  for (const { name } of left) await reaches((FIRST + SECOND) / 2, 'by-model', name)
  let lost = 0
  for (const { name } of killed) {
    const counted = await total('by-model', name)
    t.ok(counted >= FIRST / 2 && counted <= (FIRST + SECOND) / 2, `${name} was killed with ${counted} counted`)
    lost += (FIRST + SECOND) / 2 - counted
  }
  const all = await total('all')
  const most = processes * (FIRST + SECOND)
  t.ok(all <= most && all >= most - 2 * lost - killed.length, `${all} of ${most}, ${2 * lost} of them lost at most`)

  // Nobody logs an error, and all hear of it.
  const config = { enabled: true, url: `${receiver.origin}/other`, status_code_threshold: 400 }
  await client.set(KEY, JSON.stringify(config))
  await sleep(CONFIG_WITHIN_MS)
  const before = await Promise.all(left.map(({ name }) => total('by-model', name)))
  await log(left, 4, 404)
  for (const [i, { name }] of left.entries()) await reaches((before[i] ?? 0) + 2, 'by-model', name)
  await reaches(all + 4 * left.length, 'all')
  oneAlertEach(t, receiver.received, groups)

  for (const { child } of left) child.send({ count: 0 })
  for (const { ended } of left) t.strictSame(await ended, { code: 0, signal: null, stdout: '', stderr: '' })
}

/** Of each series. Whatever was repeated, after a kill or since its answer came late, has the id of what it repeats. */
function alertIds(received: readonly Received[]): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Map<string, Set<string>>()
  for (const { body } of received) {
    const series = `${body.rule} ${body.group_by?.model ?? ''}`
    ids.set(series, (ids.get(series) ?? new Set()).add(body.id))
  }
  return ids
}

function oneAlertEach(t: Test, received: readonly Received[], groups: number): void {
  const ids = alertIds(received)
  t.equal(ids.size, groups)
  for (const [series, { size }] of ids) t.equal(size, 1, `one alert of ${series}`)
}

/** The names of groups are hashed; what a process announces tells whose they are. */
async function groupKeyOf(client: Redis | Cluster, prefix: string, model: string): Promise<string> {
  for (const text of await client.zrange(`${prefix}:series`, '0', '-1')) {
    const { key, group } = JSON.parse(text)
    if (group?.model === model) return key
  }
  return ''
}

// They wait most of the time, so they do it together.
t.jobs = 2
t.test('sixteen processes on one Redis', async (t) => {
  const { url, client } = await startRedis(t, ['--save', ''])
  await isAFleet(t, 16, url, client, KEY)
})
t.test('six processes on a cluster', async (t) => {
  const { option, client } = await startCluster(t)
  await isAFleet(t, 6, option as RedisOption, client, `{${KEY}}`)
})
