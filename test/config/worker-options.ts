import { Redis } from 'ioredis'
import t from 'tap'
import { crossingProblems, MAX_WORKER_CLOSE_MS, withinWorker } from '../../src/config/worker-options.js'

t.test('a worker has nine seconds to close at most', (t) => {
  t.equal(MAX_WORKER_CLOSE_MS, 9000)
  t.strictSame(withinWorker({ closeTimeoutMs: 60_000, threshold: 1 }), { closeTimeoutMs: 9000, threshold: 1 })
  for (const options of [{}, { closeTimeoutMs: 9000 }, { closeTimeoutMs: 1 }]) t.equal(withinWorker(options), options)
  t.end()
})

t.test('a redis that cannot cross to a worker is a problem, with one', (t) => {
  const client = new Redis({ lazyConnect: true })
  t.teardown(() => client.disconnect())
  const rows: [redis: unknown, path: string, message: RegExp][] = [
    [client, 'redis', /to be a URL or options, got an ioredis client: it cannot cross to a worker thread$/],
    [{ retryStrategy: () => 1 }, 'redis.retryStrategy', /got a function: options must be plain data$/],
    [
      { cluster: [{ port: 1 }], options: { redisOptions: { reconnectOnError: () => true } } },
      'redis.options.redisOptions.reconnectOnError',
      /got a function: options must be plain data$/,
    ],
    [{ tls: { context: Symbol('x') } }, 'redis', /plain data, since it crosses to a worker thread, got an object$/],
  ]
  for (const [redis, path, message] of rows) {
    t.match(crossingProblems({ worker: true, redis }), [{ path, message }], path)
    t.strictSame(crossingProblems({ worker: false, redis }), [])
  }
  for (const redis of [undefined, 'redis://localhost', { host: 'localhost', tls: { ca: Buffer.from('x') } }])
    t.strictSame(crossingProblems({ worker: true, redis }), [])
  t.end()
})
