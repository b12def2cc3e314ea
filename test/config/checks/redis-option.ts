import { EventEmitter } from 'node:events'
import { runInNewContext } from 'node:vm'
import { Cluster, Redis } from 'ioredis'
import t from 'tap'
import { redisTarget } from '../../../src/config/checks/redis-option.js'

await t.test('a text is a redis:// or rediss:// URL, or the path of a socket', async (t) => {
  for (const url of [
    'redis://localhost',
    'redis://:pass@127.0.0.1:6380/2',
    'rediss://user:pass@r.example:6379',
    '/run/redis.sock',
  ]) {
    t.strictSame(redisTarget(url), { kind: 'url', url })
  }
  for (const text of [
    '',
    'localhost',
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://a:b:c',
    'redis:6379',
    'redis://localhost/sessions',
  ]) {
    t.equal(redisTarget(text), undefined, text)
  }
})

await t.test('a plain object is ioredis options, which stay as they are', async (t) => {
  const options = { host: '127.0.0.1', port: 6380, sentinels: [] }
  const target = redisTarget(options)
  t.equal(target?.kind, 'options')
  t.equal(target?.kind === 'options' && target.options, options)
  t.equal(redisTarget({})?.kind, 'options')
})

await t.test('an object with nodes is a cluster, with options or without', async (t) => {
  const cluster = [{ host: '10.0.0.1', port: 7000 }, 'redis://10.0.0.2:7000']
  const options = { scaleReads: 'slave' }
  t.strictSame(redisTarget({ cluster }), { kind: 'cluster', nodes: cluster, options: {} })
  t.strictSame(redisTarget({ cluster, options }), { kind: 'cluster', nodes: cluster, options })
  t.strictSame(redisTarget({ cluster, options: null }), { kind: 'cluster', nodes: cluster, options: {} })
})

await t.test('a cluster without nodes is none', async (t) => {
  for (const cluster of [[], {}, 'redis://localhost', undefined, null]) t.equal(redisTarget({ cluster }), undefined)
})

await t.test('tells clients of ioredis by what they look like, and keeps their identity', async (t) => {
  const client = new Redis({ lazyConnect: true })
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true })
  t.teardown(() => {
    client.disconnect()
    cluster.disconnect()
  })
  const single = redisTarget(client)
  t.equal(single?.kind === 'client' && single.client, client)
  const many = redisTarget(cluster)
  t.equal(many?.kind === 'clusterClient' && many.client, cluster)
})

await t.test('nothing else is a target', async (t) => {
  for (const input of [
    undefined,
    null,
    0,
    6379,
    true,
    [],
    ['redis://localhost'],
    () => {},
    Symbol('redis'),
    new URL('redis://localhost'),
  ]) {
    t.equal(redisTarget(input), undefined, typeof input)
  }
})

await t.test('a client of another library, or its options, is none, though it may look like one', async (t) => {
  class OtherClient extends EventEmitter {
    readonly options = { url: 'redis://localhost' }
    readonly isOpen = false
    duplicate(): this {
      return this
    }
    async connect(): Promise<this> {
      return this
    }
    disconnect(): void {}
  }
  for (const input of [
    new OtherClient(),
    { url: 'redis://localhost:6379' },
    { socket: { host: 'localhost', port: 6379 } },
    { rootNodes: [{ url: 'redis://localhost' }] },
    new Map(),
    new Date(),
  ])
    t.equal(redisTarget(input), undefined, input.constructor.name)
  // Such as options that another thread has sent, or a test runner's own world has made.
  t.equal(redisTarget(runInNewContext('({ host: "127.0.0.1" })'))?.kind, 'options')
  t.equal(redisTarget(Object.assign(Object.create(null), { port: 6379 }))?.kind, 'options')
})
