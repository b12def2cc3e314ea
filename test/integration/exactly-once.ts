// Half a million errors from several processes, each behind a network that drops replies, cuts connections and swallows them:
// what was observed is what is counted, and one alert tells of it.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { type Mode, startProxy } from '../fixtures/proxy.js'
import { random } from '../fixtures/random.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const PROCESSES = 4
const ERRORS = 500_000
const SLICES = 100
const MODES: readonly Mode[] = ['refuse', 'blackhole', 'killReply', 'halfRequest', 'halfReply']

const redis = await startRedis(t)
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

const program = (port: number, options: object): string => `
  import { createEvaluator } from 'logsiren'
  import { once } from 'node:events'
  import { setTimeout as sleep } from 'node:timers/promises'

  const evaluator = createEvaluator({ redis: 'redis://127.0.0.1:${port}', closeTimeoutMs: 30_000, ...${JSON.stringify(options)} })
  for (let slice = 0; slice < ${SLICES}; slice += 1) {
    for (let i = 0; i < ${ERRORS / PROCESSES / SLICES}; i += 1) evaluator.observe({ statusCode: 503, keyId: i })
    await sleep(60)
  }
  process.send('observed')
  await once(process, 'message')
  await evaluator.close()
  process.stdout.write(JSON.stringify(evaluator.stats()))
  process.disconnect()`

t.test(`what is observed is counted once, whatever the network does (SEED=${seed})`, async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const options = { configKey, url: receiver.url, threshold: ERRORS, windowSeconds: 3600 }
  const next = random(seed)
  const proxies = await Promise.all(Array.from({ length: PROCESSES }, () => startProxy(t, redis.url)))
  let isOver = false
  const chaos = proxies.map(async (proxy, index) => {
    for (let round = index; !isOver; round += 1) {
      await sleep(100 + 300 * next())
      proxy.mode = MODES[round % MODES.length] ?? 'pass'
      await sleep(50 + 400 * next())
      proxy.mode = 'pass'
      if (next() < 0.5) proxy.cut()
    }
    proxy.mode = 'pass'
    proxy.cut()
  })

  const children: ChildProcess[] = []
  const runs = proxies.map((proxy) => run(program(proxy.port, options), { onStart: (child) => children.push(child) }))
  await Promise.all(children.map((child) => once(child, 'message')))
  isOver = true
  await Promise.all(chaos)
  for (const child of children) child.send('healed')
  const ended = await Promise.all(runs)

  const all = ended.map(({ code, stdout, stderr }) => {
    t.strictSame([code, stderr], [0, ''])
    return JSON.parse(stdout)
  })
  const sum = (name: string): number => all.reduce((total, stats) => total + stats[name], 0)
  t.ok(
    all.every(({ storeFailures }) => storeFailures > 0),
    `each had to send again: ${all.map(({ storeFailures }) => storeFailures)}`,
  )
  t.equal(sum('dropped'), 0)
  t.equal(sum('errors'), ERRORS)
  t.equal(Number(await redis.client.hget(`${configKey}:ring:3600`, 'total')), ERRORS)
  const totals = await redis.client.hmget(`${configKey}:totals`, 'observed', 'errors', 'alerts', 'delivered')
  t.strictSame(totals.map(Number), [ERRORS, ERRORS, 1, 1], 'what each did is added up once, too')
  for (const mode of MODES) {
    const hits = proxies.reduce((total, proxy) => total + proxy.hits[mode], 0)
    t.ok(hits > 0, `${mode} hit ${hits} times`)
  }
  t.match(receiver.received, [{ body: { count: ERRORS, threshold: ERRORS } }])
  t.strictSame([receiver.received.length, sum('alerts'), sum('delivered')], [1, 1, 1])
})
