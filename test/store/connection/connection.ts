import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { systemClock } from '../../../src/clock.js'
import { type RedisTarget, redisTarget } from '../../../src/config/checks/redis-option.js'
import { Connection } from '../../../src/store/connection/connection.js'
import { script } from '../../../src/store/script.js'
import { eventually } from '../../fixtures/eventually.js'
import { startMockRedis } from '../../fixtures/mock-redis.js'
import { startProxy } from '../../fixtures/proxy.js'
import { freePort, type RedisServer, startRedis, startRedisServer } from '../../fixtures/redis.js'
import { run } from '../../fixtures/run.js'

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
    // Node closes what was destroyed in its next turns.
    for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve))
    process.stdout.write(process.getActiveResourcesInfo().filter((name) => /TCP/.test(name)).join())`
  t.strictSame(await run(program), { code: 0, signal: null, stdout: '', stderr: '' })
})

t.test('comes back by itself from every fault, having said what it was', { jobs: 8 }, async (t) => {
  const write = script("return redis.call('SET', KEYS[1], ARGV[1], 'EX', 60)")
  /** The fault is there, is told in these words, is mended, and then all is well again. */
  const recovers = async (t: Test, url: string, reason: RegExp, mend: () => unknown): Promise<void> => {
    const connection = open(t, redisTarget(url))
    await told(t, connection, reason)
    await mend()
    t.equal(await eventually(() => connection.run(write, ['written'], ['x'])), 'OK')
  }
  const told = async (t: Test, connection: Connection, reason: RegExp): Promise<void> => {
    const reasons = new Set<string>()
    await eventually(async () => {
      const error = await connection.run(write, ['written'], ['x']).then(
        () => undefined,
        ({ message }: Error) => message,
      )
      if (error !== undefined) reasons.add(error)
      return [...reasons].find((text) => reason.test(text))
    }).catch(() => t.fail(`expected ${reason}, got ${[...reasons].join(' | ')}`))
    t.notMatch([...reasons].join(), /s3cret|rediss?:/)
  }

  t.test('away at the start', async (t) => {
    const server = await startRedisServer(t)
    await server.kill()
    await recovers(t, server.url, /ECONNREFUSED/, server.start)
  })

  t.test('killed in the middle, and back without data and scripts', async (t) => {
    const server = await startRedisServer(t)
    const connection = open(t, redisTarget(server.url))
    await connection.run(write, ['a'], ['x'])
    await server.kill()
    await told(t, connection, /ECONNREFUSED|lost/)
    await server.start()
    t.equal(await eventually(() => connection.run(write, ['written'], ['x'])), 'OK')
    t.equal(await connection.get('a'), null)
  })

  for (const when of ['at the start', 'in the middle']) {
    t.test(`swallowed by the network ${when}`, async (t) => {
      const proxy = await startProxy(t, redis.url)
      const connection = open(t, redisTarget(`redis://127.0.0.1:${proxy.port}`))
      if (when === 'in the middle') await connection.run(ping, [], [])
      proxy.mode = 'blackhole'
      await Promise.all([1, 2, 3].map(() => t.rejects(connection.run(ping, [], []))))
      proxy.mode = 'pass'
      t.equal(await eventually(() => connection.run(ping, [], [])), 'PONG')
    })

    t.test(`the server stands still ${when}`, async (t) => {
      const server = await startRedisServer(t)
      const connection = open(t, redisTarget(server.url))
      if (when === 'in the middle') await connection.run(ping, [], [])
      server.pause()
      await told(t, connection, /no answer/)
      server.resume()
      t.equal(await eventually(() => connection.run(ping, [], [])), 'PONG')
    })
  }

  t.test('a replica that becomes the master', async (t) => {
    const [master, server] = [await startRedisServer(t), await startRedisServer(t)]
    const admin = adminOf(t, server)
    await admin.replicaof('127.0.0.1', master.port)
    await recovers(t, server.url, /read-only replica/, () => admin.replicaof('NO', 'ONE'))
  })

  t.test('out of memory', async (t) => {
    const server = await startRedisServer(t, ['--maxmemory', '1mb', '--maxmemory-policy', 'noeviction'])
    const admin = adminOf(t, server)
    await admin.set('big', 'x'.repeat(900_000)).catch(() => {})
    await recovers(t, server.url, /OOM/, () => admin.config('SET', 'maxmemory', '0'))
  })

  t.test('a password that we do not have', async (t) => {
    const server = await startRedisServer(t)
    const admin = adminOf(t, server)
    await admin.config('SET', 'requirepass', 's3cret')
    await recovers(t, server.url, /password is required/, () => admin.config('SET', 'requirepass', ''))
  })

  t.test('another password than ours, which is set while we are connected', async (t) => {
    const server = await startRedisServer(t)
    const admin = adminOf(t, server)
    const connection = open(t, redisTarget(`redis://:s3cret@127.0.0.1:${server.port}`))
    t.equal(
      await connection.run(ping, [], []),
      'PONG',
      'a server without a password does not mind, and nothing is printed',
    )
    await admin.config('SET', 'requirepass', 'another')
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await told(t, connection, /password is wrong/)
    await admin.config('SET', 'requirepass', 's3cret')
    t.equal(await eventually(() => connection.run(ping, [], [])), 'PONG')
  })

  t.test('a user who may not, neither this nor ask whether the server is ready', async (t) => {
    const server = await startRedisServer(t)
    const admin = adminOf(t, server)
    await admin.call('ACL', 'SETUSER', 'app', 'on', '>s3cret', '~*', '+get')
    await recovers(t, `redis://app:s3cret@127.0.0.1:${server.port}`, /NOPERM/, () =>
      admin.call('ACL', 'SETUSER', 'app', '+eval', '+evalsha', '+set'),
    )
  })

  t.test('a user who may not choose the database: nothing is written into another', async (t) => {
    const server = await startRedisServer(t)
    const admin = adminOf(t, server)
    await admin.call('ACL', 'SETUSER', 'app', 'on', '>s3cret', '~*', '+@all', '-select')
    const url = `redis://app:s3cret@127.0.0.1:${server.port}/3`
    await recovers(t, url, /NOPERM.*select/, () => admin.call('ACL', 'SETUSER', 'app', '+select'))
    t.equal(await admin.dbsize(), 0)
  })

  t.test('a database that there is not: nothing is written into another', async (t) => {
    const server = await startRedisServer(t)
    const connection = open(t, redisTarget(`${server.url}/9999`))
    for (let i = 0; i < 2; i += 1) {
      await t.rejects(connection.run(write, ['written'], ['x']), { message: /DB index is out of range/ })
    }
    t.equal(await adminOf(t, server).dbsize(), 0)
    await t.rejects(open(t, redisTarget(`${server.url}?db=a`)).get('a'), { message: /must be a number/ })
  })

  t.test('everything forgotten, every client killed, and all made to wait', async (t) => {
    const server = await startRedisServer(t)
    const admin = adminOf(t, server)
    const connection = open(t, redisTarget(server.url))
    await connection.run(write, ['a'], ['x'])
    await admin.flushall()
    await admin.script('FLUSH')
    t.equal(await connection.run(write, ['a'], ['x']), 'OK', 'at once')
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    t.equal(await eventually(() => connection.run(write, ['a'], ['x'])), 'OK')
    await admin.client('PAUSE', 5000, 'ALL' as 'WRITE')
    await told(t, connection, /no answer/)
    t.equal(await eventually(() => connection.run(write, ['a'], ['x'])), 'OK')
  })

  t.test('slow, but not too slow', async (t) => {
    const proxy = await startProxy(t, redis.url)
    proxy.delayMs = 600
    const connection = open(t, redisTarget(`redis://127.0.0.1:${proxy.port}`))
    t.equal(await connection.run(ping, [], []), 'PONG')
  })

  t.test('loading', async (t) => {
    const mock = await startMockRedis(t, '-LOADING Redis is loading the dataset in memory\r\n')
    await recovers(t, `redis://127.0.0.1:${mock.port}`, /LOADING/, () => {
      mock.reply = '+OK\r\n'
    })
  })

  t.test('a node of a cluster, which must be called one', async (t) => {
    const mock = await startMockRedis(t, '-MOVED 9544 127.0.0.1:1\r\n')
    await told(t, open(t, redisTarget(`redis://127.0.0.1:${mock.port}`)), /connect as a Cluster/)
  })

  t.test('no more clients', async (t) => {
    const server = await startRedisServer(t)
    const admin = adminOf(t, server)
    await admin.config('SET', 'maxclients', '1')
    await recovers(t, server.url, /max number of clients/, () => admin.config('SET', 'maxclients', '100'))
  })

  t.test('something else that listens there', async (t) => {
    const web = createHttpServer((_request, response) => response.end()).listen(0, '127.0.0.1')
    await once(web, 'listening')
    t.teardown(() => web.close())
    const { port } = web.address() as AddressInfo
    await told(t, open(t, redisTarget(`redis://127.0.0.1:${port}`)), /does not speak the protocol|lost/)
  })

  t.test('TLS where there is none', async (t) => {
    const server = await startRedisServer(t)
    // Whether a command waits for less time than connecting may take, or for more.
    const target = redisTarget(`rediss://127.0.0.1:${server.port}`)
    if (target === undefined) throw new Error('no target')
    const slow = new Connection({ target, clock: systemClock, connectTimeoutMs: 60_000, holdsProcess: true })
    t.teardown(() => slow.close())
    await told(t, slow, /^no answer to the TLS handshake: what listens there does not speak TLS/)
    await told(t, open(t, target), /^no answer to the TLS handshake: what listens there does not speak TLS/)
  })

  t.test('a certificate that nobody vouches for', async (t) => {
    const { cert, key } = selfSigned(t)
    const secure = createTlsServer({ cert, key }, (socket) => socket.on('error', () => {}))
    secure.on('tlsClientError', () => {}).listen(0, '127.0.0.1')
    await once(secure, 'listening')
    t.teardown(() => secure.close())
    const { port } = secure.address() as AddressInfo
    await told(t, open(t, redisTarget(`rediss://127.0.0.1:${port}`)), /self-signed certificate/)
  })
})

t.test('ends what waits when it is closed', async (t) => {
  const connection = open(t, redisTarget(`redis://127.0.0.1:${await freePort()}`))
  const waiting = connection.run(ping, [], [])
  connection.close()
  await t.rejects(waiting, { message: 'closed' })
  await t.rejects(connection.run(ping, [], []), { message: 'closed' })
})

/** A client for the test, connected before the fault. */
function adminOf(t: Test, server: RedisServer): Redis {
  const admin = new Redis(server.url)
  t.teardown(() => admin.disconnect())
  return admin
}

function selfSigned(t: Test): { readonly cert: string; readonly key: string } {
  const folder = t.testdir()
  const [cert, key] = [`${folder}/cert.pem`, `${folder}/key.pem`]
  const subject = ['-subj', '/CN=localhost', '-days', '2', '-nodes']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  })
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}
