import t from 'tap'
import type { OnRedisDown } from '../../../src/config/options.js'
import { Alone, type LoneJudgement } from '../../../src/evaluator/fallback/local-alerts.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { only, rule } from '../../fixtures/store-bench.js'

const series = seriesOf({ ...rule, sendResolved: true })

interface Setup {
  readonly clock: FakeClock
  readonly alone: Alone
  readonly note: (count: number, ofSeries?: Series) => void
  readonly judge: () => LoneJudgement['claims']
}

function setUp(mode: OnRedisDown = 'local'): Setup {
  const clock = fakeClock()
  const alone = new Alone(clock, mode)
  const note = (count: number, ofSeries = series): void =>
    alone.note([[ofSeries, [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count }]]])
  const judge = () =>
    alone.judge(
      () => true,
      ({ id }) => `"${id}"`,
    ).claims
  return { clock, alone, note, judge }
}

t.test('is active once nobody has answered for five seconds, and until somebody does', async (t) => {
  const { clock, alone } = setUp()
  t.strictSame([alone.isActive, alone.activeInMs], [false, Number.POSITIVE_INFINITY])
  alone.fail(clock.monotonicMs())
  await clock.advance(4999)
  alone.fail(clock.monotonicMs())
  t.strictSame([alone.isActive, alone.activeInMs], [false, 1])
  await clock.advance(1)
  t.ok(alone.isActive)
  alone.succeed([])
  t.notOk(alone.isActive)
  alone.giveUpOnRedis()
  t.ok(alone.isActive, 'or where there is no time to wait')
})

t.test('counts what was answered for too, and judges what was not', async (t) => {
  const { alone, note, judge } = setUp()
  note(9)
  alone.succeed([{ series, quietMs: 0, isHandedOver: false }])
  t.strictSame(judge(), [], 'it was judged')
  note(1)
  t.match(judge(), [{ series: { id: 'default' }, claim: { count: 10, draft: '"default"', isNew: true, tries: 1 } }])
  t.strictSame(judge(), [])
})

t.test('knows how long the fleet is quiet', async (t) => {
  const { clock, alone, note, judge } = setUp()
  note(12)
  alone.succeed([{ series, quietMs: 30_000, isHandedOver: false }])
  note(5)
  t.strictSame(judge(), [])
  await clock.advance(30_000)
  note(5)
  t.match(judge(), [{ claim: { count: 22 } }])
})

t.test('tells by itself, tries again by itself, and hands over what was delivered', async (t) => {
  const { clock, alone, note, judge } = setUp()
  note(10)
  const first = only(judge()[0])
  t.ok(alone.isTelling)
  const startMs = clock.monotonicMs()
  const failed = { outcome: 'timeout', account: '' }
  await alone.settle(first.series, first.claim, { kind: 'postponed', waitMs: 2000, wasTried: true }, failed)
  t.notOk(alone.isTelling)
  t.match(alone.handoverOf('default'), { account: '', attempts: [{ endedAtMs: startMs, outcome: 'timeout' }] })
  t.match(alone.handoverOf('default'), { id: first.claim.id, count: 10, tries: 1, toldAtMs: undefined, isNew: false })
  await clock.advance(2000)
  const second = only(judge()[0])
  t.match(second.claim, { id: first.claim.id, tries: 2 })
  await alone.settle(second.series, second.claim, { kind: 'delivered' }, { outcome: 'status 204', account: '{}' })
  t.match(alone.handoverOf('default'), { account: '{}', attempts: [{}, { outcome: 'status 204' }] })
  t.strictSame(alone.raisedIds, ['default'])
  t.match(alone.handoverOf('default'), { id: first.claim.id, toldAtMs: clock.monotonicMs() })
  note(20)
  t.strictSame(judge(), [], 'it cools')
  t.ok(alone.wasTold('default'))
  alone.succeed([{ series, quietMs: 0, isHandedOver: false }])
  t.strictSame(alone.raisedIds, ['default'], 'not before it was handed over')
  t.ok(alone.wasTold('default'))
  alone.succeed([{ series, quietMs: 0, isHandedOver: true }])
  t.strictSame(alone.raisedIds, [])
  t.equal(alone.handoverOf('default'), undefined)
})

t.test('hold: keeps what it saw cross for the fleet to tell, however long ago that was', async (t) => {
  const { clock, alone, note, judge } = setUp('hold')
  note(10)
  t.strictSame(judge(), [])
  t.notOk(alone.isTelling)
  await clock.advance(1_000_000)
  t.strictSame(judge(), [])
  t.match(alone.handoverOf('default'), { count: 10, tries: 0, toldAtMs: undefined, isNew: true })
})

t.test('judges only what is switched on', (t) => {
  const { alone, note } = setUp()
  note(10)
  const judgement = alone.judge(
    () => false,
    () => '',
  )
  t.strictSame(judgement, { raised: 0, unraised: 0, claims: [] })
  t.end()
})

t.test(
  'keeps a bounded number of alerts, none that the fleet need not know of, and none of a rule that is gone',
  async (t) => {
    const { clock, alone, note, judge } = setUp()
    for (let i = 0; i < 1200; i += 1) note(10, seriesOf(rule, `${i}`))
    const claims = judge()
    t.equal(claims.length, 1000)
    t.equal(alone.raisedIds.length, 1000)
    for (const { series, claim } of claims.slice(0, 300)) await alone.settle(series, claim, { kind: 'delivered' })
    await clock.advance(rule.cooldownMs + 1)
    judge()
    t.equal(alone.raisedIds.length, 700)
    alone.keepOnly((id) => id !== claims[999]?.series.id)
    t.equal(alone.raisedIds.length, 699)
  },
)
