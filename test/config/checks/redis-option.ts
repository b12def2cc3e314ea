import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { Cluster, Redis } from 'ioredis'
import t from 'tap'
import { redisFault, redisTarget } from '../../../src/config/checks/redis-option.js'
import { root } from '../../fixtures/root.js'

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
  const options = { host: '127.0.0.1', port: 6380, db: 0, tls: {}, retryStrategy: () => 100 }
  const target = redisTarget(options)
  t.equal(target?.kind, 'options')
  t.equal(target?.kind === 'options' && target.options, options)
  t.equal(redisTarget({ host: undefined })?.kind, 'options')
})

await t.test('an object with nodes is a cluster, with options or without', async (t) => {
  const cluster = [{ host: '10.0.0.1', port: 7000 }, 'redis://10.0.0.2:7000']
  const options = { scaleReads: 'slave' }
  t.strictSame(redisTarget({ cluster }), { kind: 'cluster', nodes: cluster, options: {} })
  t.strictSame(redisTarget({ cluster, options }), { kind: 'cluster', nodes: cluster, options })
  t.strictSame(redisTarget({ cluster, options: null }), { kind: 'cluster', nodes: cluster, options: {} })
})

await t.test('a cluster without nodes is none', async (t) => {
  for (const cluster of [
    ...[
      [],
      {},
      'redis://localhost',
      undefined,
      null,
      [{}],
      [{ url: 'redis://localhost' }],
      [''],
      ['http://localhost'],
      [null],
    ],
    ...[[{ host: '' }], [{ host: 'localhost', prot: 7000 }], [0]],
  ])
    t.match(redisFault({ cluster }), /^each node of `cluster` is a URL, a port, or an object with a host$/)
  const cluster = [7000, 'localhost:7001', { port: 7002 }]
  t.match(redisFault({ cluster, password: 's3cret' }), /only `options` may stand, and not `password`/)
  t.match(redisFault({ cluster, options: { password: 's3cret' } }), /no option `password` for a cluster/)
  t.match(redisFault({ cluster, options: { redisOptions: { pasword: 's3cret' } } }), /no option `pasword`/)
  t.match(redisFault({ cluster, options: 'redis' }), /`options` is an object/)
  t.equal(redisFault({ cluster, options: { redisOptions: { password: 's3cret' }, scaleReads: 'slave' } }), undefined)
})

await t.test('Sentinels have hosts, and a name for what they watch', async (t) => {
  const sentinels = [{ host: '10.0.0.1', port: 26379 }, { host: '10.0.0.2' }]
  t.equal(redisTarget({ sentinels, name: 'mymaster', sentinelPassword: 'x' })?.kind, 'options')
  for (const options of [{ sentinels }, { sentinels: [], name: 'a' }, { sentinels: ['10.0.0.1:26379'], name: 'a' }])
    t.match(redisFault(options), /^`sentinels` is a list of objects with a host, beside a `name`$/)
})

await t.test('the options of ioredis 5 and 6 are known by their names, and no others', async (t) => {
  const declared = (version: string, file: string): string[] =>
    [...readFileSync(`${root}node_modules/${version}/built/${file}.d.ts`, 'utf8').matchAll(/^ {4}(\w+)\?:/gm)].map(
      ([, name = '']) => name,
    )
  // Of what a Sentinel answers.
  const inAnswers = ['ip', 'flags', 'prio']
  for (const version of ['ioredis', 'ioredis5']) {
    const common = declared(version, 'utils/Commander')
    const single = ['redis/RedisOptions', 'connectors/SentinelConnector/index', 'connectors/StandaloneConnector']
    const names = [...common, ...single.flatMap((file) => declared(version, file))]
    t.ok(names.length > 50)
    for (const name of names.filter((name) => !inAnswers.includes(name)))
      t.equal(redisFault({ [name]: undefined }), undefined, name)
    const clusterNames = [...common, ...declared(version, 'cluster/ClusterOptions')]
    t.ok(clusterNames.length > 20)
    for (const name of clusterNames)
      t.equal(redisFault({ cluster: [1], options: { [name]: undefined } }), undefined, name)
  }
  for (const name of ['hots', 'url', 'hostname', 'connectionString', 'socket', 'rootNodes', 'database', 'uri'])
    t.equal(redisFault({ [name]: undefined }), `ioredis has no option \`${name}\``)
  t.equal(redisFault({ 'redis://:s3cret@localhost': 1 }), 'ioredis has no option of the name that is given')
})

await t.test('where to connect to is said in values that ioredis takes', async (t) => {
  for (const options of [
    { port: '6380' },
    { db: '2' },
    { host: undefined, port: undefined },
    { path: '/run/redis.sock' },
  ])
    t.equal(redisFault(options), undefined)
  for (const options of [
    { host: '' },
    { host: 6379 },
    { path: '' },
    { port: 'redis' },
    { port: '' },
    { port: 0 },
    { db: 'shop' },
  ])
    t.type(redisFault(options), 'string', JSON.stringify(options))
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
  class PrivateClient {
    readonly #socket = () => {}
    duplicate(): unknown {
      return this.#socket
    }
  }
  for (const input of [
    new OtherClient(),
    { url: 'redis://localhost:6379' },
    { socket: { host: 'localhost', port: 6379 } },
    { rootNodes: [{ url: 'redis://localhost' }] },
    // What crosses to a worker thread of a client that keeps everything private.
    structuredClone(new PrivateClient()),
    new Map(),
    new Date(),
  ])
    t.equal(redisTarget(input), undefined, input.constructor.name)
  // Such as options that another thread has sent, or a test runner's own world has made.
  t.equal(redisTarget(runInNewContext('({ host: "127.0.0.1" })'))?.kind, 'options')
  t.equal(redisTarget(Object.assign(Object.create(null), { port: 6379 }))?.kind, 'options')
})
