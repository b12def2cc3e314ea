// npm run bench:fleet: what a whole fleet costs one Redis, as it grows: some real evaluators, and thousands of
// simulated ones beside them, each with its own connection. See benchmarks/README.md.
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startRedis, usageOf } from '../support/redis.js'
import { captureBatch } from './capture.js'

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10,100,1000,10000' },
    seconds: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
})
const sizes = values.sizes.split(',').map(Number)
const seconds = Number(values.seconds)
assert(
  [...sizes, seconds].every((number) => number > 0),
  'Expected `--sizes` and `--seconds` to be positive numbers',
)

/** So many members are real evaluators; beyond that they are simulated, so many in a process. */
const MOST_REAL = 100
const MOST_SIMULATED = 5000
const SETTLE_SECONDS = 6
const PROBE_THRESHOLD = 5
const PROBES_PER_SECOND = 10
const GROUPS = 1000
const KEY = 'meta:log:webhook'

/** A receiver that knows when it was told of each group. */
const toldAt = new Map()
const receiver = createServer((request, response) => {
  const atMs = performance.timeOrigin + performance.now()
  let text = ''
  request.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  request.on('end', () => {
    const { group } = JSON.parse(text).group_by
    if (!toldAt.has(group)) toldAt.set(group, atMs)
    response.writeHead(204).end()
  })
}).listen(0, '127.0.0.1')
await once(receiver, 'listening')
const url = `http://127.0.0.1:${receiver.address().port}/`

const rows = []
for (const size of sizes) {
  process.stderr.write(`${size} processes\n`)
  rows.push(await fleetOf(size))
}
const memory = await memoryOfGroups()
receiver.close()
receiver.closeAllConnections()
const machine = `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`
console.log(values.json ? JSON.stringify({ machine, rows, memory }, null, 2) : report())

async function fleetOf(size) {
  const redis = await startRedis(['--maxclients', '12000'])
  const rules = [
    { name: 'storm', match: { model: 'storm' }, threshold: 2 ** 31 - 1 },
    {
      name: 'probe',
      match: { model: 'probe' },
      groupBy: ['group'],
      threshold: PROBE_THRESHOLD,
      cooldownSeconds: 600,
      maxAlertsPerMinute: 1_000_000,
    },
  ]
  const options = { redis: redis.url, configKey: KEY, url, rules, closeTimeoutMs: 3000 }
  const hosts = await startHosts(size, options)
  const phase = async (errorsPerSecond) => {
    await Promise.all(hosts.map((host) => host.ask('storm', { errorsPerSecond })))
    await sleep(SETTLE_SECONDS * 1000)
    const before = await usageOf(redis.client)
    const startedMs = performance.now()
    const delays = await probe(hosts[0])
    const elapsed = (performance.now() - startedMs) / 1000
    const after = await usageOf(redis.client)
    const batches = (after.calls.evalsha - (before.calls.evalsha ?? 0)) / elapsed
    const cpu = (after.cpuSeconds - before.cpuSeconds) / elapsed
    return {
      errorsPerSecond: errorsPerSecond * size,
      batches,
      cpu,
      microseconds: (cpu / batches) * 1e6,
      ...quantiles(delays),
    }
  }
  const idle = await phase(0)
  const storm = await phase(10)
  const greaterStorm = await phase(50)
  const stats = await Promise.all(hosts.map((host) => host.ask('stats')))
  await Promise.all(hosts.map((host) => host.end()))
  await redis.close()
  const failures = stats.reduce((sum, { storeFailures, dropped }) => sum + storeFailures + dropped, 0)
  assert.equal(failures, 0, 'Nothing may be dropped or time out')
  return { size, idle, storm, greaterStorm }
}

/** Real members, which are probed, and simulated ones beside them. */
async function startHosts(size, options) {
  const real = Math.min(size, MOST_REAL)
  const host = newHost('members.js')
  await host.ask('start', { count: real, options })
  const port = Number(new URL(options.redis).port)
  const batch = size > real ? await captureBatch(port, options) : undefined
  const rest = []
  for (let left = size - real; left > 0; left -= MOST_SIMULATED) {
    const one = newHost('simulated.js')
    await one.ask('start', { count: Math.min(left, MOST_SIMULATED), port, ...batch })
    rest.push(one)
  }
  return [host, ...rest]
}

function newHost(program) {
  const child = fork(new URL(program, import.meta.url))
  // One question at a time.
  let last = Promise.resolve()
  const ask = (name, args = {}) => {
    last = last.then(async () => {
      child.send({ name, ...args })
      const [answer] = await once(child, 'message')
      return answer
    })
    return last
  }
  return {
    ask,
    end: async () => {
      const ended = once(child, 'exit')
      child.send({ name: 'end' })
      await ended
    },
  }
}

/** Errors that cross a threshold together, at some real members; how long until the receiver is told. */
async function probe(host) {
  const probes = []
  for (let i = 0; i < seconds * PROBES_PER_SECOND; i += 1) {
    const group = `g${Math.random()}`
    probes.push(host.ask('probe', { group, count: PROBE_THRESHOLD }).then((atMs) => ({ group, atMs })))
    await sleep(1000 / PROBES_PER_SECOND)
  }
  const all = await Promise.all(probes)
  const endMs = performance.now() + 30_000
  while (all.some(({ group }) => !toldAt.has(group))) {
    assert(performance.now() < endMs, 'An alert never came')
    await sleep(10)
  }
  return all.map(({ group, atMs }) => toldAt.get(group) - atMs)
}

function quantiles(delays) {
  const sorted = [...delays].sort((one, other) => one - other)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return { p50: at(0.5), p99: at(0.99) }
}

/** What Redis needs for one more group, with errors in its window and an alert that was told. */
async function memoryOfGroups() {
  const redis = await startRedis()
  const rules = [
    {
      name: 'probe',
      groupBy: ['group'],
      threshold: PROBE_THRESHOLD,
      cooldownSeconds: 600,
      maxAlertsPerMinute: 1_000_000,
    },
  ]
  const [host] = await startHosts(1, { redis: redis.url, configKey: KEY, url, rules, closeTimeoutMs: 3000 })
  const used = async () => Number(/used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1])
  const before = await used()
  for (let i = 0; i < GROUPS; i += 1) await host.ask('probe', { group: `m${i}`, count: PROBE_THRESHOLD })
  while ([...toldAt.keys()].filter((group) => group.startsWith('m')).length < GROUPS) await sleep(50)
  await sleep(1000)
  const bytes = ((await used()) - before) / GROUPS
  await host.end()
  await redis.close()
  return { bytesOfGroup: bytes }
}

function report() {
  const number = (value, digits = 0) =>
    value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })
  const line = (size, name, { errorsPerSecond, batches, cpu, microseconds, p50, p99 }) =>
    [
      number(size).padStart(9),
      name.padEnd(6),
      number(errorsPerSecond).padStart(9),
      number(batches).padStart(9),
      number(cpu * 100, 1).padStart(8),
      number(microseconds).padStart(8),
      number(p50).padStart(8),
      number(p99).padStart(8),
    ].join('  ')
  const head = ['processes', 'phase ', ' errors/s', 'batches/s', 'CPU in %', 'us/batch', '  p50 ms', '  p99 ms'].join(
    '  ',
  )
  const lines = rows.flatMap(({ size, idle, storm, greaterStorm }) => [
    line(size, 'idle', idle),
    line(size, 'storm', storm),
    line(size, 'storm', greaterStorm),
  ])
  return [machine, '', head, ...lines, '', `${number(memory.bytesOfGroup)} bytes for each group`].join('\n')
}
