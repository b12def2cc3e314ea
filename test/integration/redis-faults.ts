// A process that uses the package while Redis fails it in one way after another: nothing is printed, nothing is lost that
// Redis keeps, and the process ends by itself.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { eventually } from '../fixtures/eventually.js'
import { type Proxy as NetworkProxy, startProxy } from '../fixtures/proxy.js'
import { freePort, type RedisServer, startRedisServer } from '../fixtures/redis.js'
import { type Ended, run } from '../fixtures/run.js'

const KEY = 'faults'
const ERRORS = 50

/** Observes errors whenever it is told to, says when it has heard of a fault, and closes when it is told that. */
const program = (redis: unknown): string => `
  import { createEvaluator } from 'logsiren'
  const evaluator = createEvaluator({
    redis: ${JSON.stringify(redis)}, configKey: '${KEY}', url: 'http://127.0.0.1:9/', threshold: 1000000, windowSeconds: 600,
    closeTimeoutMs: 9000,
  })
  evaluator.on('warning', ({ message }) => process.send({ message }))
  const observe = () => {
    for (let i = 0; i < ${ERRORS}; i += 1) evaluator.observe({ statusCode: 503 })
  }
  process.on('message', async (word) => {
    if (word === 'observe') return observe()
    await evaluator.close()
    process.disconnect()
  })
  observe()`

// Everything here waits most of the time.
t.jobs = 5

const quiet: Ended = { code: 0, signal: null, stdout: '', stderr: '' }

interface Fault {
  readonly name: string
  /** Where it is there before the process is. */
  readonly isFirst?: boolean
  readonly warning: RegExp
  readonly keepsData?: boolean
  readonly begin: (parts: Parts) => unknown
  readonly mend: (parts: Parts) => unknown
}

interface Parts {
  readonly server: RedisServer
  readonly proxy: NetworkProxy
  readonly admin: Redis
}

const faults: readonly Fault[] = [
  {
    name: 'away when the process starts',
    isFirst: true,
    warning: /lost|ECONN|not connected/,
    begin: ({ proxy }) => {
      proxy.mode = 'refuse'
    },
    mend: ({ proxy }) => {
      proxy.mode = 'pass'
    },
  },
  {
    name: 'hanging when the process starts',
    isFirst: true,
    warning: /no answer|not connected/,
    begin: ({ proxy }) => {
      proxy.mode = 'blackhole'
    },
    mend: ({ proxy }) => {
      proxy.mode = 'pass'
    },
  },
  {
    name: 'hanging in the middle',
    warning: /no answer/,
    begin: ({ proxy }) => {
      proxy.mode = 'blackhole'
    },
    mend: ({ proxy }) => {
      proxy.mode = 'pass'
    },
  },
  {
    name: 'standing still',
    warning: /no answer/,
    begin: ({ server }) => server.pause(),
    mend: ({ server }) => server.resume(),
  },
  {
    name: 'killed, and back with nothing',
    keepsData: false,
    warning: /lost|ECONN|not connected/,
    begin: ({ server }) => server.kill(),
    mend: ({ server }) => server.start(),
  },
  {
    name: 'a replica for a while',
    warning: /read-only replica/,
    begin: async ({ admin }) => admin.replicaof('127.0.0.1', await freePort()),
    mend: ({ admin }) => admin.replicaof('NO', 'ONE'),
  },
  {
    name: 'out of memory',
    warning: /OOM/,
    begin: ({ admin }) => admin.config('SET', 'maxmemory', '1'),
    mend: ({ admin }) => admin.config('SET', 'maxmemory', '0'),
  },
  {
    name: 'with a new password',
    warning: /password is required/,
    begin: async ({ admin, proxy }) => {
      await admin.config('SET', 'requirepass', 'new')
      proxy.cut()
    },
    mend: ({ admin }) => admin.config('SET', 'requirepass', ''),
  },
]

t.test('counts on when the fault is over', { jobs: 4 }, async (t) => {
  for (const fault of faults) t.test(fault.name, (t) => survives(t, fault))
})

async function survives(t: Test, { isFirst = false, keepsData = true, warning, begin, mend }: Fault): Promise<void> {
  const server = await startRedisServer(t)
  const proxy = await startProxy(t, server.url)
  const admin = new Redis(server.url, { retryStrategy: () => 50 })
  admin.on('error', () => {})
  t.teardown(() => admin.disconnect())
  const total = async (): Promise<number> => Number(await admin.hget(`${KEY}:ring:600`, 'total'))
  const reaches = (count: number): Promise<unknown> =>
    eventually(async () => ((await total()) === count ? true : undefined))

  if (isFirst) await begin({ server, proxy, admin })
  let child: ChildProcess | undefined
  const ended = run(program(`redis://127.0.0.1:${proxy.port}`), {
    onStart: (started) => {
      child = started
    },
  })
  if (child === undefined) throw new Error('no child')
  const warned = once(child, 'message')
  if (!isFirst) {
    await reaches(ERRORS)
    await begin({ server, proxy, admin })
    child.send('observe')
  }
  const [{ message }] = await warned
  t.match(message, warning)
  await mend({ server, proxy, admin })
  const expected = isFirst || !keepsData ? ERRORS : 2 * ERRORS
  await reaches(expected)
  child.send('observe')
  await reaches(expected + ERRORS)
  child.send('close')
  t.strictSame(await ended, quiet)
}

t.test('prints nothing whatever the user may do, and whether a password is needed or not', async (t) => {
  const server = await startRedisServer(t)
  const admin = new Redis(server.url)
  t.teardown(() => admin.disconnect())
  await admin.call('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '+get')
  const runOnce = (redis: unknown): Promise<Ended> =>
    run(`
    import { createEvaluator } from 'logsiren'
    const evaluator = createEvaluator({ redis: ${JSON.stringify(redis)}, url: 'http://127.0.0.1:9/', closeTimeoutMs: 700 })
    evaluator.observe({ statusCode: 500 })
    await evaluator.close()`)
  const at = `127.0.0.1:${server.port}`
  const { port } = server
  const cluster = [{ host: '127.0.0.1', port }]
  const all = [
    `redis://:needless@${at}`,
    `redis://default:needless@${at}`,
    `redis://app:secret@${at}`,
    `redis://app:wrong@${at}`,
    `redis://${at}/9999`,
    { cluster, options: { redisOptions: { password: 'needless' } } },
    { cluster, options: { redisOptions: { username: 'app', password: 'secret' } } },
    { sentinels: cluster, name: 'main', sentinelPassword: 'needless' },
  ]
  const ended = await Promise.all(all.map(runOnce))
  for (const [i, redis] of all.entries())
    t.strictSame(ended[i], quiet, JSON.stringify(redis).replace(String(port), 'port'))
})

t.test('holds no process that is done, however Redis fails', async (t) => {
  const server = await startRedisServer(t)
  const proxy = await startProxy(t, server.url)
  proxy.mode = 'blackhole'
  const nodes = [{ host: '127.0.0.1', port: proxy.port }]
  const nobody = [{ host: '127.0.0.1', port: await freePort() }]
  const sentinels = { name: 'main' }
  const all = [
    nodes[0],
    nobody[0],
    { cluster: nodes },
    { cluster: nobody },
    { sentinels: nodes, ...sentinels },
    { sentinels: nobody, ...sentinels },
  ]
  // What it prints, it prints only if something else holds it for so many turns of its loop: a busy machine makes turns longer, not more.
  const runOnce = (redis: unknown): Promise<Ended> =>
    run(`
      import { createEvaluator } from 'logsiren'
      const evaluator = createEvaluator({ redis: ${JSON.stringify(redis)}, url: 'http://127.0.0.1:9/', closeTimeoutMs: 1000 })
      evaluator.observe({ statusCode: 500 })
      const wait = (turns) => {
        if (turns === 0) process.stdout.write(process.getActiveResourcesInfo().join())
        else setTimeout(wait, 200, turns - 1).unref()
      }
      wait(20)`)
  const ended = await Promise.all(all.map(runOnce))
  for (const [i, redis] of all.entries()) t.strictSame(ended[i], quiet, JSON.stringify(redis))
})

for (const mode of ['refuse', 'blackhole'] as const) {
  t.test(`weighs the same however long Redis is away (${mode})`, async (t) => {
    const server = await startRedisServer(t)
    const proxy = await startProxy(t, server.url)
    proxy.mode = mode
    const ended = await run(`
      import { setTimeout as sleep } from 'node:timers/promises'
      import { setFlagsFromString } from 'node:v8'
      import { runInNewContext } from 'node:vm'
      import { createEvaluator } from 'logsiren'
      setFlagsFromString('--expose-gc')
      const collect = runInNewContext('gc')
      const options = { url: 'http://127.0.0.1:9/', threshold: 2 ** 31 - 1, closeTimeoutMs: 100 }
      const evaluator = createEvaluator({ redis: 'redis://127.0.0.1:${proxy.port}', ...options })
      const observe = async (rounds) => {
        for (let round = 0; round < rounds; round += 1) {
          for (let i = 0; i < 1000; i += 1) evaluator.observe({ statusCode: 503, errorMessage: 'error ' + i })
          await sleep(100)
        }
        collect()
        return process.memoryUsage()
      }
      const before = await observe(20)
      const after = await observe(50)
      await evaluator.close()
      process.stdout.write(JSON.stringify([after.heapUsed - before.heapUsed, after.rss - before.rss]))`)
    t.strictSame([ended.code, ended.stderr], [0, ''])
    const [heap, rss] = JSON.parse(ended.stdout)
    t.ok(heap < 1_000_000, `${mode}: 50,000 errors later the heap is ${heap} bytes larger`)
    // What the system gives a busy process varies; what piles up does not stop at this.
    t.ok(rss < 40_000_000, `${mode}: and the process ${rss}`)
  })
}
