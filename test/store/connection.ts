import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { systemClock } from '../../src/clock.js'
import { type RedisTarget, redisTarget } from '../../src/config/redis-option.js'
import { Connection } from '../../src/store/connection.js'
import { script } from '../../src/store/lua/script.js'
import { startProxy } from '../fixtures/proxy.js'
import { freePort, startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)
const ping = script("return redis.call('PING')")

function open(t: Test, target: RedisTarget | undefined): Connection {
  if (target === undefined) throw new Error('no target')
  const connection = new Connection({ target, clock: systemClock, connectTimeoutMs: 1000, holdsProcess: true })
  t.teardown(() => connection.close())
  return connection
}

t.test('opens from a URL, from options, and from a client of which it uses a duplicate', async (t) => {
  const { hostname, port, pathname } = new URL(redis.url)
  const db = Number(pathname.slice(1) || 0)
  const application = new Redis(redis.url, { keyPrefix: 'app:', lazyConnect: true })
  t.teardown(() => application.disconnect())
  const key = redis.newConfigKey()
  await redis.client.set(key, 'seen')
  for (const option of [redis.url, { host: hostname, port: Number(port), db }, application]) {
    const connection = open(t, redisTarget(option))
    t.equal(await connection.get(key), 'seen')
    t.equal(await connection.run(ping, [], []), 'PONG')
  }
  t.equal(application.status, 'wait', 'not a command on the application’s own connection')
})

t.test('opens a cluster, with state in one slot', async (t) => {
  const node = await startRedis(t, [
    '--cluster-enabled',
    'yes',
    '--cluster-config-file',
    'nodes.conf',
    '--cluster-announce-ip',
    '127.0.0.1',
  ])
  await node.client.cluster('ADDSLOTSRANGE' as 'ADDSLOTS', 0, 16383)
  while (!String(await node.client.cluster('INFO')).includes('cluster_state:ok')) await new Promise(setImmediate)
  const { hostname, port } = new URL(node.url)
  const connection = open(t, redisTarget({ cluster: [{ host: hostname, port: Number(port) }] }))
  t.ok(connection.isCluster)
  await connection.run(script("return redis.call('SET', KEYS[1], ARGV[1])"), ['{a}:b'], ['seen'])
  t.equal(await connection.get('{a}:b'), 'seen')
})

t.test('fails within seconds where nothing answers, and works again by itself', async (t) => {
  const proxy = await startProxy(t, redis.url)
  proxy.mode = 'blackhole'
  const connection = open(t, redisTarget(`redis://127.0.0.1:${proxy.port}`))
  await t.rejects(connection.run(ping, [], []))
  proxy.mode = 'pass'
  proxy.cut()
  let answer: unknown
  while (answer === undefined) answer = await connection.run(ping, [], []).catch(() => undefined)
  t.equal(answer, 'PONG')
})

t.test('gives up on a connection that has stopped answering, and opens another', async (t) => {
  const proxy = await startProxy(t, redis.url)
  const connection = open(t, redisTarget(`redis://127.0.0.1:${proxy.port}`))
  await connection.run(ping, [], [])
  proxy.mode = 'blackhole'
  await t.rejects(Promise.all([1, 2, 3].map(() => connection.run(ping, [], []))), { message: /no answer|lost|not connected/ })
  proxy.mode = 'pass'
  let answer: unknown
  while (answer === undefined) answer = await connection.run(ping, [], []).catch(() => undefined)
  t.equal(answer, 'PONG')
})

t.test('prints nothing and holds no process, though Redis is away', async (t) => {
  const program = `import { createEvaluator } from 'logsiren'
    const evaluator = createEvaluator({ url: 'http://127.0.0.1:9/', redis: 'redis://127.0.0.1:${await freePort()}', closeTimeoutMs: 300 })
    evaluator.observe({ statusCode: 500 })`
  t.strictSame(await run(program), { code: 0, signal: null, stdout: '', stderr: '' })
})

t.test('does not hold a process after it is closed, though Redis has stopped answering', async (t) => {
  const proxy = await startProxy(t, redis.url)
  proxy.mode = 'blackhole'
  const program = `import { createEvaluator } from 'logsiren'
    const evaluator = createEvaluator({ url: 'http://127.0.0.1:9/', redis: 'redis://127.0.0.1:${proxy.port}', closeTimeoutMs: 300 })
    evaluator.observe({ statusCode: 500 })
    await evaluator.close()
    process.stdout.write(process.getActiveResourcesInfo().filter((name) => /TCP/.test(name)).join())`
  t.strictSame(await run(program), { code: 0, signal: null, stdout: '', stderr: '' })
})

t.test('counts in no other database than the one that was named', async (t) => {
  const { hostname, port } = new URL(redis.url)
  const connection = open(t, redisTarget(`redis://${hostname}:${port}/9999`))
  await t.rejects(connection.run(ping, [], []), { message: /DB index/ })
})
