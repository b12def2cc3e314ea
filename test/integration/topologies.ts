// Every way in which Redis is run, each a real one: errors are counted in one place, and one alert is told of them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Cluster, Redis } from 'ioredis'
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5'
import t, { type Test } from 'tap'
import { createConfigStore, createEvaluator, type RedisOption } from '../../src/index.js'
import { authority, certificate, tlsArguments } from '../fixtures/certificates.js'
import { findRedisServers } from '../fixtures/find-programs.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedisServer } from '../fixtures/redis.js'
import { startCluster } from '../fixtures/redis-cluster.js'
import { startSentinel } from '../fixtures/redis-sentinel.js'

const KEY = 'meta:log:webhook'
const PASSWORD = 's3cret'

/** Two processes that share a Redis: three errors of each, one alert of the sixth, and a config that both follow. */
async function countsTogether(t: Test, redis: RedisOption, names: Redis | Cluster, prefix = KEY): Promise<void> {
  const receiver = await startReceiver(t)
  const warnings: string[] = []
  const evaluators = [0, 1].map(() => {
    const evaluator = createEvaluator({ redis, url: receiver.url, threshold: 6 })
    evaluator.on('warning', ({ message }) => warnings.push(message))
    return evaluator
  })
  for (const evaluator of evaluators) {
    for (let i = 0; i < 3; i += 1) evaluator.observe({ statusCode: 503 })
    await evaluator.flush()
  }
  t.match(receiver.received, [{ body: { count: 6 } }])
  t.equal(await names.hget(`${prefix}:ring:60`, 'total'), '6')
  t.ok(Number(await names.get(`${prefix}:cooldown`)) > 0)

  const store = createConfigStore({ redis })
  await store.set({ enabled: true, url: `${receiver.origin}/other`, threshold: 1 })
  t.match(JSON.parse((await names.get(KEY)) ?? ''), { threshold: 1 }, 'the config has its own name everywhere')
  await names.del(`${prefix}:cooldown`)
  evaluators[1]?.observe({ statusCode: 503 })
  await evaluators[1]?.flush()
  t.match(receiver.received, [{}, { path: '/other', body: { count: 7, threshold: 1 } }])
  await Promise.all([store.close(), ...evaluators.map((evaluator) => evaluator.close())])
  t.strictSame(warnings, [])
  t.equal(receiver.received.length, 2)
}

/** Every key but the config ends by itself, and all lie in one slot. */
async function tidyOnCluster(t: Test, nodes: readonly Redis[]): Promise<void> {
  const keys = (await Promise.all(nodes.map((node) => node.keys('*')))).filter((list) => list.length > 0)
  t.equal(keys.length, 1, 'one node has them all')
  for (const key of keys.flat()) t.match(key, /^meta:log:webhook$|^\{meta:log:webhook\}:/)
}

for (const program of findRedisServers()) {
  t.test(basename(program), async (t) => {
    t.test('by a URL, by options, and by a client of the application’s, of ioredis 6 or 5', async (t) => {
      const { url, port } = await startRedisServer(t, [], { program })
      const application = new Redis(url, { keyPrefix: 'app:', enableOfflineQueue: false })
      const client = new Redis(url)
      const earlier = new Redis5(url, { keyPrefix: 'app:' }) as unknown as Redis
      t.teardown(() => [application, earlier, client].map((one) => one.disconnect()))
      for (const redis of [url, `${url}/3`, { host: '127.0.0.1', port, db: 2 }, application, earlier]) {
        await client.flushall()
        await client.select(redis === `${url}/3` ? 3 : 'db' in Object(redis) ? 2 : 0)
        await countsTogether(t, redis, client)
      }
    })

    t.test('through a Unix socket', async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'logsiren-socket-'))
      t.teardown(() => rmSync(folder, { recursive: true, force: true }))
      const path = join(folder, 'redis.sock')
      await startRedisServer(t, ['--unixsocket', path], { program })
      const client = new Redis(path)
      t.teardown(() => client.disconnect())
      for (const redis of [path, { path }]) {
        await client.flushall()
        await countsTogether(t, redis, client)
      }
    })

    t.test('through TLS, with an authority of one’s own and a certificate for the client', async (t) => {
      for (const asksClients of [false, true]) {
        const { port } = await startRedisServer(t, tlsArguments(asksClients), { program, isTls: true })
        const tls = { ca: authority(), ...(asksClients && certificate('good')) }
        const client = new Redis({ host: '127.0.0.1', port, tls })
        t.teardown(() => client.disconnect())
        await countsTogether(t, { host: '127.0.0.1', port, tls }, client)
      }
    })

    t.test('found by Sentinels', async (t) => {
      const { option, masterClient } = await startSentinel(t, program)
      const application = new Redis({ ...option, sentinels: [...option.sentinels] })
      t.teardown(() => application.disconnect())
      for (const redis of [option as RedisOption, application]) {
        await masterClient.flushall()
        await countsTogether(t, redis, masterClient)
      }
    })

    t.test('on a cluster, all in one slot', async (t) => {
      const { option, client, masters } = await startCluster(t, { program })
      const earlier = new Cluster5([...option.cluster]) as unknown as Cluster
      t.teardown(() => earlier.disconnect())
      for (const redis of [option as RedisOption, client, earlier]) {
        await Promise.all(masters.map((master) => master.client.flushall()))
        await countsTogether(t, redis, client, `{${KEY}}`)
        await tidyOnCluster(
          t,
          masters.map((master) => master.client),
        )
      }
    })

    t.test('on a cluster with a password and TLS', async (t) => {
      const { option, client } = await startCluster(t, { program, password: PASSWORD, isTls: true })
      const options = { redisOptions: { password: PASSWORD, tls: { ca: authority() } } }
      await countsTogether(t, { ...option, options } as RedisOption, client, `{${KEY}}`)
    })
  })
}
