import t from 'tap'
import { Evidence } from '../../../src/alert/evidence.js'
import type { Part } from '../../../src/evaluator/counting/backlog.js'
import { errorsOf, KnownSeries, type Preparation, prepare } from '../../../src/evaluator/counting/batch.js'
import { toLogRecord } from '../../../src/record/log-record.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import type { Handover } from '../../../src/store/store.js'
import { rule, series } from '../../fixtures/store-bench.js'

const other = { ...rule, name: 'other' }
const tally = { total: 7, dropped: 0, quietMs: 1000, isMixed: false, claim: undefined }

function partOf(series: Series, errorMessage = ''): Part {
  return {
    series,
    counts: [{ monotonicMs: 0, wallMs: 0, count: 3 }],
    newest: { record: toLogRecord({ errorMessage }), details: undefined },
    evidence: new Evidence(rule.windowMs),
  }
}

const preparation: Preparation = {
  rules: [rule],
  hostname: 'h',
  monotonicMs: 0,
  known: new KnownSeries(),
  earlierUrls: () => ['http://a.test/'],
  alone: undefined,
  cooldowns: { of: () => undefined },
}

t.test('puts counts and looks under the rules as they are now, and leaves out what belongs to none', (t) => {
  const parts = [partOf(seriesOf(rule, 'k', { model: 'm' })), partOf(seriesOf(other))]
  const batch = {
    sequence: 1,
    parts,
    judged: [],
    wasSent: false,
    intervalMs: 100,
    looks: new Map([
      ['default', true],
      ['default:k', false],
      ['other', false],
      ['gone:x', false],
    ]),
  }
  const rules = [{ ...rule, threshold: 77 }]
  const prepared = prepare(batch, { ...preparation, rules })
  t.match(
    prepared.map(({ entry }) => entry),
    [
      { series: { id: 'default:k', rule: { threshold: 77 }, groupValues: { model: 'm' } }, counts: [{ count: 3 }] },
      { series: { id: 'default' }, counts: [], draft: '', isForced: true, earlierUrls: ['http://a.test/'] },
    ],
  )
  t.equal(prepared.length, 2)
  t.match(JSON.parse(prepared[0]?.entry.draft ?? ''), { threshold: 77, group_by: { model: 'm' } })
  t.equal(errorsOf(parts), 6)
  t.end()
})

t.test('full drafts are for those that may raise an alert, as far as there is room', (t) => {
  const known = new KnownSeries()
  known.learn(series, tally, 0)
  const parts = [
    partOf(series),
    ...Array.from({ length: 12 }, (_, i) => partOf(seriesOf(rule, `${i}`), 'x'.repeat(7000))),
  ]
  const batch = { sequence: 1, parts, judged: [], wasSent: false, intervalMs: 100, looks: new Map<string, boolean>() }
  const prepared = prepare(batch, { ...preparation, known })
  t.strictSame(
    prepared.map(({ isFull }) => isFull),
    [false, ...Array(10).fill(true), ...Array(2).fill(false)],
  )
  t.end()
})

t.test('remembers what the store told, of ten thousand series at most', (t) => {
  const known = new KnownSeries()
  t.strictSame([known.totalOf(series), known.isHushed(series, 0)], [0, false])
  known.learn(series, tally, 500)
  t.strictSame([known.totalOf(series), known.isHushed(series, 1499)], [7, true])
  t.notOk(known.isHushed(series, 1500), 'until the quiet is over')
  for (let i = 0; i < 10_000; i += 1) known.learn(seriesOf(rule, `${i}`), tally, 0)
  t.equal(known.totalOf(series), 0)
  t.equal(known.totalOf(seriesOf(rule, '9999')), 7)
  known.clear()
  t.equal(known.totalOf(seriesOf(rule, '9999')), 0)
  t.end()
})

t.test('hands over what was raised alone, beside counts or without any', (t) => {
  const handoverOf = (id: string) => (id === 'default' ? undefined : ({ id } as unknown as Handover))
  const alone = { raisedIds: ['default:k', 'default:l'], handoverOf }
  const batch = {
    sequence: 1,
    parts: [partOf(series), partOf(seriesOf(rule, 'k'))],
    judged: [],
    wasSent: true,
    looks: new Map(),
    intervalMs: 100,
  }
  t.match(
    prepare(batch, { ...preparation, alone }).map(({ entry }) => [
      entry.series.id,
      entry.counts.length,
      entry.handover?.id,
    ]),
    [
      ['default', 1, undefined],
      ['default:k', 1, 'default:k'],
      ['default:l', 0, 'default:l'],
    ],
  )
  t.end()
})
