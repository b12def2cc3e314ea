import { writeFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { systemClock } from '../../../src/clock.js'
import { redisTarget } from '../../../src/config/checks/redis-option.js'
import { ClientFamily, isUsable } from '../../../src/store/connection/client-family.js'
import { openClient } from '../../../src/store/connection/open-client.js'
import { eventually } from '../../fixtures/eventually.js'
import { startRedisServer } from '../../fixtures/redis.js'

/** What anything in this process has printed by `console` since. */
function listenToConsole(t: Test): readonly unknown[] {
  const printed: unknown[] = []
  for (const name of ['log', 'warn', 'error', 'info'] as const) {
    t.intercept(console, name, { value: (...args: unknown[]) => void printed.push(...args) })
  }
  return printed
}

async function adopted(
  t: Test,
  option: unknown,
): Promise<{ client: ReturnType<typeof openClient>; errors: unknown[] }> {
  const target = redisTarget(option)
  if (target === undefined) throw new Error('no target')
  const errors: unknown[] = []
  const family = new ClientFamily({ holdsProcess: true, onError: (error) => errors.push(error) })
  const client = openClient({ target, clock: systemClock, connectTimeoutMs: 1000, commandTimeoutMs: 1000 })
  family.adopt(client)
  t.teardown(() => family.drop())
  return { client, errors }
}

t.test('a password that nobody asked for is no reason to print', async (t) => {
  const server = await startRedisServer(t)
  const printed = listenToConsole(t)
  for (const user of ['', 'default']) {
    const { client } = await adopted(t, `redis://${user}:needless@127.0.0.1:${server.port}`)
    await client.connect()
    t.equal(await client.get('a'), null)
  }
  t.strictSame(printed, [])
})

t.test('nor are the nodes of a cluster, whatever their user may not do', async (t) => {
  const server = await startRedisServer(t, ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'])
  const admin = new Redis(server.url)
  await admin.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16383)
  await eventually(async () => (String(await admin.cluster('INFO')).includes('cluster_state:ok') ? true : undefined))
  await admin.call('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '+get', '+cluster|slots')
  // It would itself print that the server has gone.
  admin.disconnect()
  const printed = listenToConsole(t)
  const cluster = [{ host: '127.0.0.1', port: server.port }]
  const heard: (readonly unknown[])[] = []
  for (const redisOptions of [{ password: 'needless' }, { username: 'app', password: 'secret' }]) {
    const { client, errors } = await adopted(t, { cluster, options: { redisOptions } })
    heard.push(errors)
    await client.connect()
    t.equal(await client.get('a'), null)
    const { subscriber } = client as unknown as { readonly subscriber: { getInstance(): unknown } }
    t.equal(subscriber.getInstance(), null, 'and has no connection for messages, which would print')
  }
  await server.kill()
  await eventually(() => heard.every((errors) => errors.length > 0))
  await server.start()
  t.strictSame(printed, [])
})

t.test('nor are Sentinels that come and go', async (t) => {
  const master = await startRedisServer(t)
  const config = `${t.testdir()}/sentinel.conf`
  writeFileSync(config, `sentinel monitor main 127.0.0.1 ${master.port} 1\n`)
  const sentinel = await startRedisServer(t, [], { sentinelFile: config })
  const printed = listenToConsole(t)
  const sentinels = [{ host: '127.0.0.1', port: sentinel.port }]
  const { client } = await adopted(t, { sentinels, name: 'main', sentinelPassword: 'needless', password: 'needless' })
  // Sometimes it comes before an answer does.
  const subscribed = new Promise((resolve) => client.once('failoverSubscribed', resolve))
  await client.connect()
  t.equal(await client.get('a'), null)
  await subscribed
  await sentinel.kill()
  t.equal(await client.get('a'), null, 'the master is still there')
  const ended = new Promise((resolve) => client.once('end', resolve))
  await master.kill()
  await ended
  t.notOk(isUsable(client))
  t.strictSame(printed, [])
})

t.test('a connection on which SELECT fails is never ready', async (t) => {
  const server = await startRedisServer(t)
  const { client, errors } = await adopted(t, `${server.url}/9999`)
  await t.rejects(client.connect())
  t.match(errors, [{ message: /DB index/ }])
  await t.rejects(client.set('a', 'b'))
})
