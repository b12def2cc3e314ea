import { createHash } from 'node:crypto'
import t from 'tap'
import type { FiringFacts } from '../../../../src/rule/alert-state.js'
import { seriesOf } from '../../../../src/rule/series.js'
import { readConfigScript, replaceConfigScript } from '../../../../src/store/config/config-scripts.js'
import { keyNames } from '../../../../src/store/redis/keys.js'
import { batchScript } from '../../../../src/store/redis/lua/batch.js'
import { SERVER_CLOCK } from '../../../../src/store/redis/lua/script.js'
import { enrichScript, settleScript } from '../../../../src/store/redis/lua/settle.js'
import { script } from '../../../../src/store/script.js'
import type { Entry } from '../../../../src/store/store.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'
import { countsNow, only, rule, send, submitter } from '../../../fixtures/store-bench.js'

const redis = await startRedis(t)

t.test('the hash of each script is the one that the server computes', async (t) => {
  for (const one of [
    batchScript(),
    settleScript(),
    enrichScript(),
    readConfigScript,
    replaceConfigScript,
    script('return 1'),
  ]) {
    t.equal(one.sha1, createHash('sha1').update(one.text).digest('hex'))
    t.equal(await redis.client.script('LOAD', one.text), one.sha1)
  }
})

t.test('the clock is the server’s, in whole milliseconds', async (t) => {
  const [before, now, after] = [
    await redis.client.time(),
    Number(await redis.client.eval(`${SERVER_CLOCK}\nreturn now`, 0)),
    await redis.client.time(),
  ]
  const toMs = ([seconds, micros]: readonly (number | string)[]): number =>
    Number(seconds) * 1000 + Number(micros) / 1000
  t.ok(now >= Math.floor(toMs(before)) && now <= toMs(after), `${now}`)
})

// Another hand may write to any key of ours. What it spoilt is begun anew and named; everything else goes on.
const change = { sendResolved: true }
const ofRule = seriesOf({ ...rule, ...change })
const ofFixed = seriesOf({ ...rule, ...change, name: 'fixed', windowType: 'fixed' })
const other = seriesOf({ ...rule, name: 'other' })
const firing: FiringFacts = { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined }
const CLIENT = 'client'

/** Writes something of another type than what is kept there. */
async function spoil(key: string, isString: boolean): Promise<void> {
  await redis.client.del(key)
  if (isString) await redis.client.rpush(key, 'of another type')
  else await redis.client.set(key, 'of another type')
}

const scenes: Readonly<Record<string, (bench: RedisBench) => Promise<unknown>>> = {
  'before anything was counted': async () => {},
  'while errors are counted': async (bench) => {
    await submitter(bench)(1, change)
    await submitter(bench)(1, ofFixed.rule)
  },
  'while an alert waits': async (bench) => {
    const { claim } = await submitter(bench)(10, change)
    await bench.store.settle(ofRule, only(claim), { kind: 'postponed', waitMs: 60_000 })
  },
  'while the cooldown runs': async (bench) => {
    const { claim } = await submitter(bench)(10, change)
    const note = { outcome: 'status 204', account: '{"id":"a"}' }
    await bench.store.settle(ofRule, only(claim), { kind: 'delivered' }, note)
  },
}

for (const [when, prepare] of Object.entries(scenes)) {
  t.test(`a key of another type, ${when}: what else comes is counted once, and the key is named once`, async (t) => {
    const names = (bench: RedisBench): Readonly<Record<string, string>> => {
      const keys = keyNames(bench.configKey, false)
      const bucket = Math.floor(bench.clock.nowMs() / rule.windowMs)
      return {
        sequence: keys.sequence(CLIENT),
        fleet: keys.fleet,
        silences: keys.silences,
        series: keys.series,
        history: keys.history,
        totals: keys.totals,
        cooldown: keys.cooldown,
        ring: keys.ring(ofRule),
        'this bucket': keys.bucket(ofFixed, bucket),
        'the bucket before': keys.bucket(ofFixed, bucket - 1),
        delivery: keys.delivery(ofRule),
        alert: keys.alert(ofRule),
        due: keys.due(ofRule.rule),
        ends: keys.ends(ofRule.rule),
        'former alert': keys.alert({ ...ofRule, rule: former }),
        'former due': keys.due(former),
        'former ends': keys.ends(former),
      }
    }
    const former = { ...ofRule.rule, url: 'http://127.0.0.1:9/former' }
    for (const name of Object.keys(names(await redisBench(t, redis)))) {
      for (const count of [0, 1, 12]) {
        const bench = await redisBench(t, redis)
        await prepare(bench)
        const { store } = bench.another(CLIENT)
        await send(store, { sequence: 1, entries: [] })
        const key = only(names(bench)[name])
        await spoil(key, /sequence|cooldown|bucket/.test(name))
        const counts = count === 0 ? [] : countsNow(bench, count)
        const account = '{"id":"alone"}'
        const nowMs = bench.clock.monotonicMs()
        const alert = { id: 'alone', facts: firing, count: 10, tries: 1, draft: '{}', raisedAtMs: nowMs, account }
        const delivery = name === 'history' ? { stamp: '', deliveredAtMs: nowMs, alert } : undefined
        const isFormer = name.startsWith('former')
        const left = { rule: former, leftAtMs: nowMs }
        const entries: Entry[] = [
          { kind: 'judged', series: ofRule, counts, draft: '{}', delivery, ...(isFormer && { former: left }) },
          { kind: 'judged', series: ofFixed, counts: [...counts, ...countsNow(bench, 1, 60_000)], draft: '{}' },
          { kind: 'judged', series: other, counts: countsNow(bench, 1), draft: '{}' },
        ]
        const rules = [ofRule.rule, ofFixed.rule, other.rule]
        const submission = { sequence: 2, entries, rules, formerRules: isFormer ? [left] : [], growth: { errors: 1 } }
        const what = `${name}, ${count}`
        const repaired: string[] = []
        const totals: (readonly number[])[] = []
        for (let i = 0; i < 3; i += 1) {
          const reply = await send(store, submission).catch((error: unknown) => String(error))
          if (typeof reply === 'string') t.fail(`${what}: ${reply.slice(0, 90)}`)
          else {
            repaired.push(...reply.repaired)
            // Of the second one the late error is in another window than the total is of.
            totals.push(reply.tallies.map(({ total }) => total).filter((_, at) => at !== 1))
          }
        }
        const isCounted = totals[0]?.[1] === 1 && totals.every((list) => list.join() === totals[0]?.join())
        t.ok(isCounted, `${what}: the other rule’s error counts, once: ${JSON.stringify(totals)}`)
        const isRead = !(name === 'the bucket before' && count === 0)
        if (isRead || repaired.length > 0) t.strictSame(repaired, [key], what)
        const growth = await redis.client.hget(keyNames(bench.configKey, false).totals, 'errors')
        t.equal(growth, '1', `${what}: counters grow once`)
      }
    }
  })
}

t.test(
  'a settlement goes through where another hand has put something else into a key, or has no effect',
  async (t) => {
    for (const name of ['cooldown', 'delivery', 'alert', 'due', 'ends', 'fleet', 'history'] as const) {
      for (const settlement of [
        { kind: 'begun' },
        { kind: 'delivered' },
        { kind: 'postponed', waitMs: 1000 },
        { kind: 'parked', waitMs: 1000 },
        { kind: 'abandoned' },
      ] as const) {
        const bench = await redisBench(t, redis)
        const submit = submitter(bench)
        const { claim } = await submit(10, change)
        const keys = keyNames(bench.configKey, false)
        const ofNotices = { due: keys.due(ofRule.rule), ends: keys.ends(ofRule.rule) }
        const key = { ...keys, ...ofNotices, delivery: keys.delivery(ofRule), alert: keys.alert(ofRule) }[name]
        await spoil(key, name === 'cooldown')
        const note = { outcome: 'status 204', account: '{"id":"a"}' }
        const what = `${name} ${settlement.kind}`
        const isSettled = await bench.store.settle(ofRule, only(claim), settlement, note).catch(String)
        t.equal(isSettled, name !== 'alert', what)
        const isOver = settlement.kind === 'delivered' || settlement.kind === 'abandoned'
        const lines = await send(bench.store, { sequence: 1000, entries: [] }).then(() =>
          redis.client.type(keys.history),
        )
        if (name !== 'alert' && name !== 'history') t.equal(lines, isOver ? 'list' : 'none', what)
        await bench.advance(400_000)
        // Its TTL goes by another clock than ours.
        await redis.client.del(keys.cooldown)
        t.match(await submitter(bench.another())(10, change), { total: 10, claim: {} }, `${what}: it goes on`)
      }
    }
  },
)
