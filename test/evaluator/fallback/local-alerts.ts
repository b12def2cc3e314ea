import t from 'tap'
import type { OnRedisDown } from '../../../src/config/options.js'
import { LocalAlerts, type LocalJudgement } from '../../../src/evaluator/fallback/local-alerts.js'
import { SilencesInForce } from '../../../src/evaluator/silences-in-force.js'
import type { Streak } from '../../../src/rule/cooldown.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import type { LocalAlert } from '../../../src/store/store.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { only, rule } from '../../fixtures/store-bench.js'

const series = seriesOf({ ...rule, sendResolved: true })

interface Setup {
  readonly clock: FakeClock
  readonly alerts: LocalAlerts
  readonly silences: SilencesInForce
  readonly note: (count: number, ofSeries?: Series) => void
  readonly judge: () => LocalJudgement['claims']
  /** What was delivered, of which Redis does not know. */
  readonly delivered: (LocalAlert & { readonly series: string })[]
  /** Groups of which an alert of (many) told that was delivered. */
  readonly toldOf: string[]
}

function setUp(mode: OnRedisDown = 'local'): Setup {
  const clock = fakeClock()
  const delivered: Setup['delivered'] = []
  const onDelivered = ({ id }: Series, alert: LocalAlert): void => void delivered.push({ ...alert, series: id })
  const toldOf: string[] = []
  const onToldOf = ({ id }: Series): void => void toldOf.push(id)
  const silences = new SilencesInForce(clock)
  const alerts = new LocalAlerts({ clock, mode, silences, onDelivered, onToldOf })
  const note = (count: number, ofSeries = series): void =>
    alerts.note([[ofSeries, [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count }]]])
  const judge = () =>
    alerts.judge(
      () => true,
      ({ id }) => `"${id}"`,
    ).claims
  return { clock, alerts, silences, note, judge, delivered, toldOf }
}

const answer = (quietMs: number, handover?: { readonly isTaken: boolean }, streak?: Streak) => [
  { series, quietMs, streak, handover },
]

t.test('counts what was answered for too, and judges what was not', (t) => {
  const { alerts, note, judge } = setUp()
  note(9)
  alerts.answered(answer(0))
  t.strictSame(judge(), [], 'it was judged')
  note(1)
  t.match(judge(), [{ series: { id: 'default' }, claim: { count: 10, draft: '"default"', isNew: true, tries: 0 } }])
  t.strictSame(judge(), [])
  t.end()
})

t.test('raises nothing in a silence, and with the first error after it', async (t) => {
  const { clock, alerts, silences, note, judge } = setUp()
  const silence = { id: 'aaaaaaaa', createdAtMs: 0, untilMs: 30_000 }
  silences.adopt({ list: [silence], readAtMs: 0 })
  note(12)
  t.strictSame(judge(), [])
  await clock.advance(29_999)
  note(1)
  t.strictSame(judge(), [])
  await clock.advance(1)
  t.strictSame(judge(), [], 'it takes an error')
  note(1)
  const [raised] = judge()
  t.match(raised, { claim: { count: 14, facts: { suppressed: 13 } } })
  silences.adopt({ list: [{ ...silence, untilMs: 300_000 }], readAtMs: 30_000 })
  await alerts.settle(series, only(raised).claim, { kind: 'postponed', waitMs: 5000 })
  await clock.advance(5000)
  t.match(judge(), [{ claim: { id: only(raised).claim.id } }], 'what was raised before is told')
})

t.test('knows how long the fleet is quiet', async (t) => {
  const { clock, alerts, note, judge } = setUp()
  note(12)
  alerts.answered(answer(30_000))
  note(5)
  t.strictSame(judge(), [])
  await clock.advance(30_000)
  note(5)
  t.match(judge(), [{ claim: { count: 22 } }])
})

t.test(
  'goes on with the number of the fleet’s last alert while alerts keep coming, and begins anew else',
  async (t) => {
    for (const [laterMs, notice] of [
      [299_999, 4],
      [300_000, 1],
    ] as const) {
      const { clock, alerts, note, judge } = setUp()
      note(12)
      alerts.answered(answer(30_000, undefined, { notice: 3, sinceMs: 5 }))
      await clock.advance(30_000 + laterMs)
      note(10)
      t.match(judge(), [{ claim: { facts: { notice, sinceMs: notice === 4 ? 5 : clock.nowMs() } } }])
    }
  },
)

t.test('what was judged before, and raised nothing, is judged with what comes', (t) => {
  const { note, judge } = setUp()
  note(6)
  t.strictSame(judge(), [])
  note(4)
  t.match(judge(), [{ claim: { count: 10 } }])
  t.end()
})

t.test('tries again by itself, counts attempts as they begin, and says what was delivered', async (t) => {
  const { clock, alerts, note, judge, delivered } = setUp()
  note(10)
  const raisedAtMs = clock.monotonicMs()
  const first = only(judge()[0])
  t.equal(await alerts.settle(first.series, first.claim, { kind: 'begun' }), true)
  await alerts.settle(first.series, first.claim, { kind: 'postponed', waitMs: 2000 })
  t.match(alerts.handoverOf('default'), { id: first.claim.id, count: 10, tries: 1, account: '', isNew: false })
  await clock.advance(1999)
  t.strictSame(judge(), [])
  await clock.advance(1)
  const second = only(judge()[0])
  t.match(second.claim, { id: first.claim.id, tries: 1, isNew: false, draft: '"default"' })
  await alerts.settle(second.series, second.claim, { kind: 'begun' })
  t.strictSame(delivered, [])
  await alerts.settle(second.series, second.claim, { kind: 'delivered' }, { outcome: 'status 204', account: '{}' })
  t.match(delivered, [
    { series: 'default', id: first.claim.id, count: 10, tries: 2, draft: '"default"', raisedAtMs, account: '{}' },
  ])
  t.strictSame([alerts.raisedIds, alerts.handoverOf('default')], [[], undefined], 'nothing is left to be handed over')
  note(20)
  t.strictSame(judge(), [], 'it cools')
})

t.test('what is not delivered is handed over, until an answer says that it was', async (t) => {
  const { clock, alerts, note, judge, delivered } = setUp()
  note(10)
  const { claim } = only(judge()[0])
  await alerts.settle(series, claim, { kind: 'parked', waitMs: 1000 })
  t.strictSame(alerts.raisedIds, ['default'])
  alerts.answered(answer(0))
  t.match(alerts.handoverOf('default'), { id: claim.id }, 'the batch that was under way had not brought it')
  alerts.answered(answer(60_000, { isTaken: true }))
  t.strictSame([alerts.raisedIds, alerts.handoverOf('default')], [[], undefined])
  await clock.advance(1000)
  note(10)
  t.strictSame(judge(), [], 'the fleet delivers it, and is quiet')
  t.equal(await alerts.settle(series, claim, { kind: 'postponed', waitMs: 1 }), false, 'it is the fleet’s')
  t.strictSame(delivered, [])
})

t.test('what the fleet does not take, since it has an alert of its own, is let go', (t) => {
  const { alerts, note, judge } = setUp('hold')
  note(10)
  judge()
  alerts.answered(answer(60_000, { isTaken: false }))
  t.strictSame([alerts.raisedIds, alerts.handoverOf('default')], [[], undefined])
  t.end()
})

t.test('but not while it is being delivered: it ends with that attempt, and is told if that succeeds', async (t) => {
  for (const settlement of [{ kind: 'delivered' }, { kind: 'postponed', waitMs: 1000 }] as const) {
    const { clock, alerts, note, judge, delivered } = setUp()
    note(10)
    const { claim } = only(judge()[0])
    await alerts.settle(series, claim, { kind: 'begun' })
    alerts.answered(answer(5000, { isTaken: false }))
    t.strictSame([alerts.raisedIds, alerts.handoverOf('default')], [[], undefined], 'it is not handed over again')
    await alerts.settle(series, claim, settlement)
    t.strictSame(
      delivered.map(({ id }) => id),
      settlement.kind === 'delivered' ? [claim.id] : [],
    )
    await clock.advance(1000)
    t.strictSame(judge(), [], 'nor tried again')
  }
})

t.test('what is given up is neither handed over nor delivered', async (t) => {
  const { alerts, note, judge, delivered } = setUp()
  note(10)
  const { claim } = only(judge()[0])
  await alerts.settle(series, claim, { kind: 'abandoned' })
  t.strictSame([alerts.raisedIds, delivered], [[], []])
})

t.test('hold: keeps what it saw cross for the fleet to tell, however long ago that was', async (t) => {
  const { clock, alerts, note, judge } = setUp('hold')
  note(10)
  t.strictSame(judge(), [])
  await clock.advance(1_000_000)
  t.strictSame(judge(), [])
  t.match(alerts.handoverOf('default'), { count: 10, tries: 0, draft: '"default"', isNew: true })
})

t.test('judges only what is switched on', (t) => {
  const { alerts, note } = setUp()
  note(10)
  const judgement = alerts.judge(
    () => false,
    () => '',
  )
  t.strictSame(judgement, { raised: 0, unraised: 0, claims: [] })
  t.end()
})

t.test('ends are not told alone: only the fleet can say that errors have stopped', async (t) => {
  const { clock, alerts, note, judge } = setUp()
  note(10)
  const { claim } = only(judge()[0])
  await alerts.settle(series, claim, { kind: 'delivered' })
  await clock.advance(10 * rule.windowMs)
  note(1)
  t.strictSame(judge(), [])
})

t.test('keeps a thousand alerts at most, and says how much it could not raise', async (t) => {
  const { clock, alerts, note, judge } = setUp()
  for (let i = 0; i < 1200; i += 1) note(10, seriesOf(rule, `${i}`))
  const judgement = alerts.judge(
    () => true,
    () => '{}',
  )
  t.match(judgement, { raised: 1000, unraised: 200 })
  const { claims } = judgement
  t.strictSame([claims.length, alerts.raisedIds.length], [1000, 1000])
  for (const { series, claim } of claims.slice(0, 300)) await alerts.settle(series, claim, { kind: 'delivered' })
  t.equal(alerts.raisedIds.length, 700)
  await clock.advance(rule.cooldownMs + 1)
  judge()
  t.equal(alerts.raisedIds.length, 700)
})

t.test('keeps nothing of a rule that is gone, and says whose alerts are given up with it', (t) => {
  const { alerts, note, judge } = setUp()
  const [gone, kept] = [seriesOf({ ...rule, name: 'gone' }, 'k'), seriesOf(rule, 'k')]
  note(10, gone)
  note(10, kept)
  judge()
  note(3, gone)
  t.match(
    alerts.keepOnly((id) => id === kept.id),
    [{ id: 'gone:k' }],
  )
  t.strictSame(alerts.raisedIds, [kept.id])
  t.strictSame(
    alerts.keepOnly((id) => id === kept.id),
    [],
    'once',
  )
  t.strictSame(judge(), [])
  t.end()
})

t.test('stays bounded, however many groups come', async (t) => {
  const { clock, alerts, note } = setUp()
  for (let round = 0; round < 40; round += 1) {
    for (let i = 0; i < 500; i += 1) note(1, seriesOf({ ...rule, windowMs: 1000 }, `${round} ${i}`))
    await clock.advance(1000)
  }
  t.ok(alerts.size <= 10_000, `${alerts.size}`)
})

t.test(
  'many groups that cross while Redis is away share one alert, which says so when it is handed over',
  async (t) => {
    for (const mode of ['local', 'hold'] as const) {
      const { alerts, note, judge, delivered, toldOf } = setUp(mode)
      const storming = { ...rule, groupBy: ['model'], maxAlertsPerMinute: 1 }
      const groupOf = (model: string) => seriesOf(storming, `key-${model}`, { model })
      for (const model of ['a', 'b', 'c']) note(12, groupOf(model))
      const claims = judge()
      t.equal(claims.length, mode === 'local' ? 2 : 0)
      const many = 'default:many'
      t.strictSame(alerts.raisedIds, ['default:key-a', many])
      t.match(alerts.handoverOf(many), { count: 24, tries: 0 })
      const claimed = claims.find(({ series }) => series.id === many)
      if (claimed === undefined) continue
      t.match(claimed.series.groupValues, { model: '(many)' })
      t.match(await alerts.settle(claimed.series, claimed.claim, { kind: 'begun' }), { count: 24 })
      await alerts.settle(claimed.series, claimed.claim, { kind: 'delivered' })
      t.match(delivered, [{ series: many, count: 24 }])
      t.strictSame(toldOf, ['default:key-b', 'default:key-c'], 'they cool down, too')
    }
  },
)
