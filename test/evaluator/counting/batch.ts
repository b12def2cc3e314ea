import t from 'tap'
import { Backlog } from '../../../src/evaluator/counting/backlog.js'
import { type Batch, errorsOf, type Preparation, prepare, takeBatch } from '../../../src/evaluator/counting/batch.js'
import { DueSeries } from '../../../src/evaluator/counting/due-series.js'
import type { Fallback } from '../../../src/evaluator/counting/fallback-port.js'
import { OtherRequests } from '../../../src/evaluator/counting/other-requests.js'
import { SeriesMemory } from '../../../src/evaluator/counting/series-memory.js'
import { SilencesInForce } from '../../../src/evaluator/silences-in-force.js'
import { newCounters } from '../../../src/evaluator/stats.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import type { Handover, LocalAlert } from '../../../src/store/store.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { judged, rule, series } from '../../fixtures/store-bench.js'
import { occurrence } from '../../fixtures/tellings.js'

const other = { ...rule, name: 'other' }
const group = (i: number): Series => seriesOf(rule, `${i}`)

function alertOf(id: string, draft = '{}'): LocalAlert {
  const facts = { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined } as const
  return { id, facts, count: 10, tries: 0, draft, raisedAtMs: 0, account: '' }
}

/** With these alerts to hand over, by series. */
function fallbackWith(alerts: Readonly<Record<string, LocalAlert>>): Fallback {
  const handoverOf = (id: string): Handover | undefined => alerts[id] && { ...alerts[id], isNew: false }
  const idle = (): void => {}
  return {
    isActive: false,
    isGivenUp: false,
    asking: idle,
    failed: idle,
    answered: idle,
    giveUpOnStore: idle,
    note: idle,
    judge: idle,
    plan: idle,
    raisedIds: Object.keys(alerts),
    handoverOf,
    close: idle,
  }
}

interface Setup {
  readonly clock: FakeClock
  readonly sources: Preparation
  readonly add: (of: Series, errors?: number, errorMessage?: string) => void
  readonly take: (isNewestFirst?: boolean) => Batch
}

function setUp(change: Partial<Preparation> = {}): Setup {
  const clock = fakeClock()
  const backlog = new Backlog(clock, newCounters())
  const [dueSeries, memory, otherRequests] = [new DueSeries(clock), new SeriesMemory(clock), new OtherRequests(clock)]
  const silences = new SilencesInForce(clock)
  const given = {
    backlog,
    otherRequests,
    dueSeries,
    memory,
    silences,
    fallback: undefined,
    rules: [rule],
    hostname: 'h',
  }
  const sources = { ...given, monotonicMs: clock.monotonicMs(), ...change }
  const add: Setup['add'] = (of, errors = 1, errorMessage = '') => {
    for (let i = 0; i < errors; i += 1) {
      const moment = { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }
      backlog.add(of, occurrence({ errorMessage }), moment)
    }
  }
  const take: Setup['take'] = (isNewestFirst = false) =>
    takeBatch(sources, { sequence: 1, growth: undefined, isNewestFirst })
  return { clock, sources, add, take }
}

t.test('puts counts and looks under the rules as they are now, and leaves out what belongs to none', (t) => {
  const { sources, add, take } = setUp({ rules: [{ ...rule, threshold: 4 }] })
  add(seriesOf(rule, 'k', { model: 'm' }), 3)
  add(seriesOf(other), 3)
  for (const id of ['default:k', 'other', 'gone:x']) sources.dueSeries.add(id)
  sources.dueSeries.add('default', { isForced: true })
  const batch = take()
  const prepared = prepare(batch, sources)
  t.match(
    prepared.map(({ entry }) => entry),
    [
      {
        kind: 'judged',
        series: { id: 'default:k', rule: { threshold: 4 }, groupValues: { model: 'm' } },
        counts: [{ count: 3 }],
        isForced: false,
      },
      { kind: 'judged', series: { id: 'default' }, counts: [], draft: '', isForced: true },
    ],
  )
  t.equal(prepared.length, 2)
  const { entry } = prepared[0] ?? {}
  t.match(JSON.parse(entry?.kind === 'judged' ? entry.draft : ''), { threshold: 4, group_by: { model: 'm' } })
  t.equal(errorsOf(batch.parts), 6)
  t.equal(errorsOf(prepared.flatMap(({ part }) => part ?? [])), 3)
  t.end()
})

t.test('a rule that has moved is looked at as it is, one that has ended as it was, with its former self', (t) => {
  const { sources, take } = setUp()
  const moved = { rule: { ...rule, url: 'http://a.test/' }, leftAtMs: 5 }
  const ended = { rule: other, leftAtMs: 6 }
  sources.dueSeries.add('default', { former: moved })
  sources.dueSeries.add('other:k', { former: ended })
  t.match(
    prepare(take(), sources).map(({ entry }) => entry),
    [
      { series: { id: 'default', rule: { url: rule.url } }, former: moved },
      { series: { id: 'other:k', rule: other }, former: ended },
    ],
  )
  t.end()
})

t.test('a series that is far from its threshold is only counted, unless there is something to look at', (t) => {
  const { sources, add, take } = setUp({ fallback: fallbackWith({ 'default:3': alertOf('a') }) })
  for (let i = 0; i < 5; i += 1) {
    sources.memory.learn(group(i), judged, undefined)
    add(group(i))
  }
  sources.dueSeries.add('default:1')
  sources.memory.delivered(group(2))
  add(group(4), 3)
  add(group(5))
  const kinds = prepare(take(), sources).map(({ entry }) => [entry.series.groupKey, entry.kind])
  t.strictSame(kinds, [
    ['0', 'counted'],
    ['1', 'judged'],
    ['2', 'judged'],
    ['3', 'judged'],
    ['4', 'judged'],
    ['5', 'judged'],
  ])
  t.end()
})

t.test('a draft is made where an alert may be raised, and only there', (t) => {
  const { sources, add, take } = setUp()
  add(group(0), 4)
  add(group(1), 5)
  sources.memory.learn(group(2), { ...judged, total: 50, quietMs: 1000 }, undefined)
  add(group(2), 20)
  sources.memory.learn(group(3), { ...judged, total: 4 }, undefined)
  add(group(3), 1)
  t.strictSame(
    prepare(take(), sources).map(({ entry }) => entry.kind === 'judged' && entry.draft !== ''),
    [false, true, false, true],
  )
  t.end()
})

t.test('drafts have room for a quarter of a million characters together; the others follow the claim', (t) => {
  const { sources, add, take } = setUp()
  for (let i = 0; i < 40; i += 1) add(group(i), 10, 'x'.repeat(7000))
  const batch = take()
  t.notOk(batch.isFull)
  const drafts = prepare(batch, sources).map(({ entry }) => (entry.kind === 'judged' ? entry.draft.length : -1))
  t.equal(drafts.length, 40)
  t.ok(drafts.reduce((sum, length) => sum + length) <= 262_144)
  t.ok(drafts[0] !== 0 && drafts.at(-1) === 0)
  t.end()
})

t.test('holds three hundred series at most; what finds no room waits, and nothing is lost', (t) => {
  const { sources, add, take } = setUp()
  for (let i = 0; i < 600; i += 1) add(group(i), 2)
  for (let i = 0; i < 100; i += 1) sources.dueSeries.add(`default:x${i}`)
  const batches = [take(), take(), take(), take()]
  t.strictSame(
    batches.map(({ parts, looks, isFull }) => [parts.length, looks.size, isFull]),
    [
      [200, 100, true],
      [300, 0, true],
      [100, 0, false],
      [0, 0, false],
    ],
  )
  t.equal(errorsOf(batches.flatMap(({ parts }) => parts)), 1200)
  t.end()
})

t.test('holds twenty thousand numbers at most', async (t) => {
  const { clock, sources, add, take } = setUp()
  const groups = 100
  for (let second = 0; second < 59; second += 0.5) {
    for (let i = 0; i < groups; i += 1) add(group(i))
    await clock.advance(500)
  }
  const batches: Batch[] = []
  do batches.push(take())
  while (batches.at(-1)?.isFull === true)
  for (const batch of batches) {
    const numbers = batch.parts.reduce((sum, { counts }) => sum + 16 + 2 * counts.length, 0)
    t.ok(numbers <= 20_000, `${numbers}`)
  }
  t.equal(batches.length, 2)
  t.equal(errorsOf(batches.flatMap(({ parts }) => parts)), 118 * groups)
  t.ok(sources.backlog.isEmpty)
})

t.test('takes the newest first after an outage', async (t) => {
  const { clock, add, take } = setUp()
  for (let i = 0; i < 400; i += 1) add(group(i))
  await clock.advance(1000)
  add(group(400))
  t.equal(take(true).parts[0]?.series.groupKey, '400')
  t.equal(take().parts.length, 101)
})

t.test('hands over what was raised alone, beside counts or without any, as far as there is room', (t) => {
  const large = 'x'.repeat(200_000)
  const alerts = { 'default:k': alertOf('a', large), 'default:l': alertOf('b', large), 'default:m': alertOf('c') }
  const { sources, add, take } = setUp({ fallback: fallbackWith(alerts) })
  add(series)
  add(seriesOf(rule, 'k'))
  t.strictSame(
    prepare(take(), sources).map(({ entry }) => [
      entry.series.id,
      entry.counts.length,
      entry.kind === 'judged' ? entry.handover?.id : entry.kind,
    ]),
    [
      ['default', 1, undefined],
      ['default:k', 1, 'a'],
      ['default:l', 0, undefined],
      ['default:m', 0, 'c'],
    ],
  )
  t.end()
})

t.test('tells of the last delivery that is known, and of an alert delivered alone as far as there is room', (t) => {
  const { clock, sources, add, take } = setUp()
  const large = alertOf('a', 'x'.repeat(200_000))
  sources.memory.delivered(group(0))
  sources.memory.delivered(group(1), large)
  sources.memory.delivered(group(2), large)
  for (let i = 0; i < 4; i += 1) add(group(i))
  const deliveredAtMs = clock.monotonicMs()
  t.match(
    prepare(take(), sources).map(({ entry }) => (entry.kind === 'judged' ? entry.delivery : entry.kind)),
    [{ stamp: '', deliveredAtMs }, { alert: large }, undefined, undefined],
  )
  t.end()
})

t.test('a silenced series is judged, with its silence and without a draft, until that is surely over', async (t) => {
  const { clock, sources, add, take } = setUp()
  const silence = { id: 'aaaaaaaa', createdAtMs: 5000, untilMs: 65_000 }
  sources.silences.adopt({ list: [silence], readAtMs: 5000 })
  sources.memory.learn(group(0), judged, undefined)
  add(group(0))
  add(group(1), 10)
  sources.dueSeries.add('default:x')
  const entries = () => prepare(take(), sources).map(({ entry }) => entry)
  t.match(entries(), [
    { kind: 'judged', series: group(0), draft: '', silence },
    { kind: 'judged', series: group(1), draft: '', silence },
    { kind: 'judged', series: { id: 'default:x' }, silence },
  ])
  await clock.advance(70_000)
  const now = { ...sources, monotonicMs: clock.monotonicMs() }
  sources.memory.learn(group(0), judged, undefined)
  add(group(0))
  add(group(1), 10)
  const [far, near] = prepare(take(), now).map(({ entry }) => entry)
  t.equal(far?.kind, 'counted')
  t.match(near, { kind: 'judged', silence })
  t.ok(near?.kind === 'judged' && near.draft.length > 2, 'an alert may be raised')
  t.end()
})

t.test('a group that is only looked at is known by what was counted of it', (t) => {
  const grouped = { ...rule, groupBy: ['model'] }
  const { sources, add, take } = setUp({ rules: [grouped] })
  const ofModel = (model: string): Series => seriesOf(grouped, model, { model })
  add(ofModel('a'), 10)
  add(ofModel('b'))
  take()
  sources.memory.learn(ofModel('a'), { ...judged, total: 10 }, undefined)
  const silence = { id: 'aaaaaaaa', createdAtMs: 0, untilMs: 60_000, rule: 'default', group: { model: 'b' } }
  sources.silences.adopt({ list: [silence], readAtMs: 0 })
  for (const key of ['a', 'b', 'unknown']) sources.dueSeries.add(`default:${key}`)
  const looked = prepare(take(), sources).map(({ entry }) => entry)
  t.match(looked, [
    { series: { groupValues: { model: 'a' } }, silence: undefined },
    { series: { groupValues: { model: 'b' } }, silence, draft: '' },
    { series: { groupValues: undefined }, silence },
  ])
  const [first] = looked
  t.match(JSON.parse(first?.kind === 'judged' ? first.draft : ''), { group_by: { model: 'a' } })
  t.end()
})
