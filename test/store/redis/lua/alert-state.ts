import t, { type Test } from 'tap'
import { leaseMs } from '../../../../src/rule/alert-state.js'
import { seriesOf } from '../../../../src/rule/series.js'
import { type KeyNames, keyNames } from '../../../../src/store/redis/keys.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'
import { countsNow, only, rule, send, series, submitter } from '../../../fixtures/store-bench.js'

// How it changes is what the contract suite of the stores is about; here is what it does not see.
const LEASE_MS = leaseMs(rule)
const redis = await startRedis(t)

const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

const keysOf = ({ configKey }: RedisBench): KeyNames => keyNames(configKey, false)

t.test('keeps nothing where nothing is open, and forgets what is over with', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const keys = keysOf(bench)
  await submit(9)
  const ofAlerts = [keys.alert(series), keys.delivery(series), keys.due(rule), keys.cooldown]
  t.equal(await redis.client.exists(...ofAlerts), 0)
  const { claim } = await submit(1)
  t.equal(await redis.client.exists(...ofAlerts), 4)
  await bench.store.settle(series, only(claim), { kind: 'delivered' })
  t.equal(await redis.client.exists(keys.alert(series), keys.due(rule), keys.ends(rule)), 0)
  t.equal(await redis.client.exists(keys.delivery(series), keys.cooldown), 2)
})

t.test('respects a cooldown that another service has set, and one that somebody has deleted', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const { cooldown } = keysOf(bench)
  await redis.client.set(cooldown, '1', 'EX', 300, 'NX')
  t.equal((await submit(10)).claim, undefined)
  await redis.client.del(cooldown)
  const { claim } = await submit(1)
  t.match(claim, { count: 11 })
  await bench.store.settle(series, only(claim), { kind: 'delivered' })
  await bench.advance(1000)
  t.equal((await submit(1)).claim, undefined)
  await redis.client.del(cooldown)
  t.match(await submit(1), { claim: { isNew: true } }, 'one of ours, too')
})

t.test('a cooldown of the original is the default rule’s alone', async (t) => {
  const bench = await newBench(t)
  await redis.client.set(keysOf(bench).cooldown, '1', 'EX', 300)
  t.match((await submitter(bench)(10, { name: 'other' })).claim, { count: 10 })
  const entries = [{ kind: 'judged', series: seriesOf(rule, 'k'), counts: countsNow(bench, 10), draft: '' }] as const
  t.match((await send(bench.another().store, { sequence: 1, entries })).tallies, [{ claim: { count: 10 } }])
})

t.test('a cooldown that another hand has set without an end lasts one cooldown', async (t) => {
  const bench = await newBench(t)
  const { cooldown } = keysOf(bench)
  await redis.client.set(cooldown, '1')
  t.match(await submitter(bench)(10), { claim: undefined })
  const leftMs = await redis.client.pttl(cooldown)
  t.ok(leftMs > 290_000 && leftMs <= rule.cooldownMs, `${leftMs}`)
})

t.test('the key tells the original of a cooldown that has become shorter or longer', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const { cooldown } = keysOf(bench)
  const { claim } = await submit(10)
  await bench.store.settle(series, only(claim), { kind: 'delivered' })
  for (const cooldownMs of [600_000, 60_000]) {
    await submit(1, { cooldownMs })
    const leftMs = await redis.client.pttl(cooldown)
    t.ok(leftMs > cooldownMs - 5000 && leftMs <= cooldownMs, `${leftMs}`)
  }
  await bench.advance(60_000)
  await submit(0, { cooldownMs: 60_000 })
  t.equal(await redis.client.exists(cooldown), 0)
})

t.test('counts on and alerts again where another hand has changed what is kept of an alert beyond use', async (t) => {
  const change = { sendResolved: true, cooldownMs: 1000 }
  const changed = seriesOf({ ...rule, ...change })
  const scenes = [undefined, { kind: 'delivered' }, { kind: 'parked', waitMs: 5000 }] as const
  for (const settlement of scenes) {
    const start = async (): Promise<RedisBench> => {
      const bench = await newBench(t)
      const { claim } = await submitter(bench)(10, change)
      if (settlement !== undefined) await bench.store.settle(changed, only(claim), settlement)
      return bench
    }
    const probe = await start()
    for (const name of ['alert', 'delivery'] as const) {
      const fields = await redis.client.hkeys(keysOf(probe)[name](changed))
      t.ok(fields.length > (name === 'alert' ? 5 : 1), `${name}: ${fields.join(' ')}`)
      for (const field of fields) {
        for (const spoilt of [undefined, 'x', '', '3.5', '-1', '9e99', 'nan']) {
          const bench = await start()
          const submit = submitter(bench.another())
          const key = keysOf(bench)[name](changed)
          if (spoilt === undefined) await redis.client.hdel(key, field)
          else await redis.client.hset(key, field, spoilt)
          const what = `${settlement?.kind} ${name} ${field} '${spoilt}'`
          t.equal((await submit(1, change)).total, 11, what)
          await bench.advance(200_000)
          await submit.look(change)
          await redis.client.del(keysOf(bench).cooldown)
          await submit(10, change)
          await bench.advance(LEASE_MS)
          t.equal((await submit(10, change)).total, 20, what)
        }
      }
    }
  }
})

t.test('an alert that another hand has spoilt is raised anew by the errors that come', async (t) => {
  for (const fields of [['id'], ['kind'], ['facts'], ['draft'], ['untilMs'], ['holder'], ['count', 'tries']]) {
    const bench = await newBench(t)
    const submit = submitter(bench)
    const { claim } = await submit(10)
    await bench.store.settle(series, only(claim), { kind: 'postponed', waitMs: 60_000 })
    await redis.client.hdel(keysOf(bench).alert(series), ...fields)
    t.match(await submit(1), { total: 11, claim: { count: 11, isNew: true } }, fields.join(' '))
  }
})
