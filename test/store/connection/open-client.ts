import { Cluster, Redis } from 'ioredis'
import t from 'tap'
import { systemClock } from '../../../src/clock.js'
import { type RedisTarget, redisTarget } from '../../../src/config/checks/redis-option.js'
import type { Client } from '../../../src/store/connection/client-family.js'
import { openClient } from '../../../src/store/connection/open-client.js'

const open = (option: unknown): Client => {
  const target: RedisTarget | undefined = redisTarget(option)
  if (target === undefined) throw new Error('no target')
  return openClient({ target, clock: systemClock, connectTimeoutMs: 1000, commandTimeoutMs: 500 })
}

t.test('keeps where to connect and as whom, and nothing else that could harm', async (t) => {
  const harmful = {
    keyPrefix: 'app:',
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    replyMapping: 'resp3',
    protocol: 3,
    readOnly: true,
    enableAutoPipelining: true,
    socketTimeout: 1,
    retryStrategy: () => null,
  } as const
  const place = { host: '127.0.0.1', port: 1, db: 3, username: 'me', password: 'secret' }
  const application = new Redis({ ...place, ...harmful, lazyConnect: true })
  for (const option of ['redis://me:secret@127.0.0.1:1/3?keyPrefix=app:', { ...place, ...harmful }, application]) {
    const client = open(option)
    t.match(client.options, {
      ...place,
      keyPrefix: '',
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      replyMapping: 'legacy',
      protocol: 2,
      readOnly: false,
      enableAutoPipelining: false,
      socketTimeout: undefined,
      commandTimeout: 500,
      enableReadyCheck: false,
    })
    t.equal(client.status, 'wait', 'nothing is connected yet')
  }
})

t.test('the same of a cluster and its nodes, and reads from masters', async (t) => {
  const nodes = [{ host: '127.0.0.1', port: 1 }]
  const options = { scaleReads: 'slave', keyPrefix: 'app:', redisOptions: { password: 'secret', db: 0 } } as const
  const application = new Cluster(nodes, { ...options, lazyConnect: true })
  for (const option of [{ cluster: nodes, options }, application]) {
    const client = open(option)
    t.ok(client.isCluster)
    t.match(client.options, {
      scaleReads: 'master',
      keyPrefix: '',
      enableOfflineQueue: false,
      redisOptions: { password: 'secret', maxRetriesPerRequest: 0, enableReadyCheck: false },
    })
  }
})

t.test('refuses a database that is no number, which ioredis takes for 0', async (t) => {
  t.throws(() => open('redis://localhost?db=sessions'), { message: /must be a number/ })
})
