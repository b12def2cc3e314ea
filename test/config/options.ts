// What compiles for the option `redis`: this file is checked by `npm run lint`.
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis'
import { Cluster as Cluster5, Redis as Redis5, type RedisOptions as RedisOptions5 } from 'ioredis5'
import t from 'tap'
import { redisTarget } from '../../src/config/checks/redis-option.js'
import type { RedisOption } from '../../src/config/options.js'

t.test('clients of ioredis 5 and 6 compile for `redis` without a cast, and are known', (t) => {
  const options: RedisOptions = { host: '127.0.0.1', port: 1, lazyConnect: true, protocol: 3 }
  const options5: RedisOptions5 = { host: '127.0.0.1', port: 1, lazyConnect: true }
  const clusterOptions: ClusterOptions = { lazyConnect: true }
  const given: Readonly<Record<string, RedisOption>> = {
    'client 6': new Redis({ lazyConnect: true }),
    'client 5': new Redis5(options5),
    'clusterClient 6': new Cluster([1], { lazyConnect: true }),
    'clusterClient 5': new Cluster5([1], { lazyConnect: true }),
    'options 6': options,
    'options 5': options5,
    'cluster 6': { cluster: [{ host: '127.0.0.1', port: 1 }], options: clusterOptions },
  }
  for (const [name, redis] of Object.entries(given)) t.equal(redisTarget(redis)?.kind, name.split(' ')[0], name)
  const isOpen = { isOpen: false, options: {}, duplicate: () => ({}), connect: async () => {} }
  // @ts-expect-error: a client of another library
  const other: RedisOption = isOpen
  // @ts-expect-error: a misspelt option
  const misspelt: RedisOption = { hots: '127.0.0.1' }
  for (const redis of [other, misspelt]) t.equal(redisTarget(redis), undefined)
  t.end()
})
