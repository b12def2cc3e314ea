// A cluster and a Sentinel's master that are killed, stand still or move while errors are counted: processes find the way by
// themselves, and count what Redis kept.
import type { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { createEvaluator, type Evaluator, type RedisOption } from '../../src/index.js'
import { eventually } from '../fixtures/eventually.js'
import { startReceiver } from '../fixtures/receiver.js'
import type { RedisServer } from '../fixtures/redis.js'
import { moveSlot, startCluster } from '../fixtures/redis-cluster.js'
import { startSentinel } from '../fixtures/redis-sentinel.js'

const KEY = 'meta:log:webhook'
// They wait for others to notice, most of the time.
t.jobs = 3

/** Where the state is, before and after a failover. */
interface Place {
  readonly redis: RedisOption
  readonly prefix: string
  readonly master: RedisServer
  readonly replica: RedisServer
  readonly masterClient: Redis
  readonly replicaClient: Redis
}

const places: Record<string, (t: Test) => Promise<Place>> = {
  'a cluster': async (t) => {
    const cluster = await startCluster(t, { replicasOfEach: 1 })
    const { node, index } = await cluster.ownerOf(KEY)
    const replica = cluster.replicas[index]
    if (replica === undefined) throw new Error('no replica')
    const parts = {
      master: node.server,
      replica: replica.server,
      masterClient: node.client,
      replicaClient: replica.client,
    }
    return { redis: cluster.option as RedisOption, prefix: `{${KEY}}`, ...parts }
  },
  'a Sentinel’s master': async (t) => {
    const { option, ...parts } = await startSentinel(t)
    return { redis: option as RedisOption, prefix: KEY, ...parts }
  },
}

const faults: Record<string, (place: Place) => unknown> = {
  killed: ({ master }) => master.kill(),
  hung: ({ master }) => master.pause(),
}

function newProcess(t: Test, redis: RedisOption, options: object): Evaluator {
  const evaluator = createEvaluator({ redis, closeTimeoutMs: 1000, ...options })
  t.teardown(() => evaluator.close())
  return evaluator
}

async function observe(evaluator: Evaluator, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) evaluator.observe({ statusCode: 503 })
  await evaluator.flush()
}

/** The errors that a server knows of. */
const totalAt = async (client: Redis, prefix: string, window = 600): Promise<number> =>
  Number(await client.hget(`${prefix}:ring:${window}`, 'total'))

for (const [placeName, open] of Object.entries(places)) {
  t.test(placeName, { jobs: 2 }, async (t) => {
    for (const [faultName, begin] of Object.entries(faults)) {
      t.test(`${faultName}: what was counted and what comes meanwhile is counted once`, async (t) => {
        const place = await open(t)
        const { redis, prefix, replicaClient } = place
        const receiver = await startReceiver(t)
        const options = { url: receiver.url, threshold: 50, windowSeconds: 600, onRedisDown: 'hold' as const }
        const all = [1, 2, 3].map(() => newProcess(t, redis, options))
        for (const one of all) await observe(one, 5)
        await eventually(async () => (await totalAt(replicaClient, prefix)) === 15)
        await begin(place)
        // Each has errors on its way while nobody answers.
        await Promise.all(all.map((one) => observe(one, 5)))
        await eventually(async () => (await totalAt(replicaClient, prefix)) === 30)
        for (const one of all) await observe(one, 5)
        t.equal(await totalAt(replicaClient, prefix), 45)
        t.strictSame(receiver.received, [])
        await observe(all[0] as Evaluator, 5)
        t.match(receiver.received, [{ body: { count: 50 } }])
        t.equal(receiver.received.length, 1)
        const sums = all.map((one) => one.stats())
        t.strictSame(
          [sums.reduce((sum, { dropped }) => sum + dropped, 0), sums.reduce((sum, { errors }) => sum + errors, 0)],
          [0, 50],
        )
        // It comes back as a replica, and nothing changes.
        place.master.resume()
      })
    }
  })
}

for (const [placeName, open] of Object.entries(places)) {
  t.test(`a cooldown that the new master of ${placeName} has never heard of`, async (t) => {
    const place = await open(t)
    const { redis, prefix, master, replica, replicaClient } = place
    const receiver = await startReceiver(t)
    const options = {
      url: receiver.url,
      threshold: 3,
      windowSeconds: 600,
      cooldownSeconds: 600,
      onRedisDown: 'hold' as const,
    }
    const teller = newProcess(t, redis, options)
    const witness = newProcess(t, redis, options)
    await observe(witness, 1)
    await eventually(async () => (await totalAt(replicaClient, prefix)) === 1)
    // From here on it hears nothing, until it is the master.
    replica.pause()
    await observe(teller, 2)
    await observe(witness, 1)
    t.equal(receiver.received.length, 1)
    await master.kill()
    replica.resume()
    const ended = async (): Promise<boolean> => (await replicaClient.role())[0] === 'master'
    await eventually(ended)

    // The one that has told it reminds Redis of it by itself.
    await eventually(async () => Number(await replicaClient.get(`${prefix}:cooldown`)) > 0)
    await observe(witness, 5)
    await observe(teller, 5)
    t.equal(receiver.received.length, 1, 'nobody is woken twice')
    const newcomer = newProcess(t, redis, options)
    await observe(newcomer, 5)
    t.equal(receiver.received.length, 1)
    t.ok((await replicaClient.pttl(`${prefix}:cooldown`)) < 600_000 - 1000, 'it began when the alert was told')
  })
}

t.test('a slot that moves while errors are counted', async (t) => {
  const cluster = await startCluster(t)
  const { node, index, slot } = await cluster.ownerOf(KEY)
  const others = cluster.masters.filter((master) => master !== node)
  const [to, ...rest] = others
  if (to === undefined) throw new Error(`no other than ${index}`)
  const receiver = await startReceiver(t)
  const options = { url: receiver.url, threshold: 3000, windowSeconds: 600 }
  const all = [1, 2, 3].map(() => newProcess(t, cluster.option as RedisOption, options))
  for (const one of all) await observe(one, 1)
  let isMoved = false
  let observed = 3
  const moving = moveSlot(slot, node, to, rest).then(() => {
    isMoved = true
  })
  while (!isMoved || observed < 2000) {
    for (const one of all) one.observe({ statusCode: 503 })
    observed += 3
    if (observed % 30 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await moving
  await Promise.all(all.map((one) => one.flush()))
  const total = (): Promise<number> => totalAt(to.client, `{${KEY}}`)
  await eventually(async () => (await total()) === observed)
  t.equal(await total(), observed)
  await observe(all[0] as Evaluator, Math.max(0, 3000 - observed))
  t.equal(receiver.received.length, 1)
})
