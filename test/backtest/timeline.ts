import t from 'tap'
import { MAX_BUCKETS, MAX_SERIES, Timeline } from '../../src/backtest/timeline.js'
import { resolveSettings } from '../../src/config/settings.js'
import type { RuleOptions } from '../../src/index.js'
import { type Series, seriesOf } from '../../src/rule/series.js'
import { fc } from '../fixtures/properties.js'

const startMs = Date.parse('2026-11-23T18:00:00Z')

function seriesWith(options: RuleOptions, group = ''): Series {
  const [rule] = resolveSettings({ url: 'http://127.0.0.1/', ...options }, undefined).rules
  if (rule === undefined) throw new Error('there is one rule')
  return group === '' ? seriesOf(rule) : seriesOf(rule, group, { model: group })
}

t.test('tells of each bucket what a model that keeps every moment tells', (t) => {
  // On the borders of slots, where the ring is exact; from a few seconds to days.
  const gap = fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 100_000 })).map((slots) => slots * 250)
  const error = fc.record({ gapMs: gap, lateMs: fc.constantFrom(0, 0, 250, 30_000), isAlert: fc.boolean() })
  fc.assert(
    fc.property(fc.array(error, { minLength: 1, maxLength: 80 }), fc.boolean(), (given, isFixed) => {
      const series = seriesWith({ threshold: 3, windowType: isFixed ? 'fixed' : 'sliding' })
      const timeline = new Timeline([series.rule])
      let nowMs = startMs
      const errors: { atMs: number; seenMs: number }[] = []
      const alerts: number[] = []
      for (const { gapMs, lateMs, isAlert } of given) {
        nowMs += gapMs
        errors.push({ atMs: nowMs - lateMs, seenMs: nowMs })
        timeline.addError(series, nowMs - lateMs, nowMs)
        if (!isAlert) continue
        alerts.push(nowMs)
        timeline.addAlert(series, nowMs, nowMs + 300_000)
      }
      const { from, bucketSeconds, series: told } = timeline.toReport()
      const [firstMs, widthMs] = [Date.parse(from), bucketSeconds * 1000]
      const bucket = (timeMs: number): number => Math.floor((timeMs - firstMs) / widthMs)
      const list = (moments: readonly number[]): number[] => {
        const counts = new Array<number>(bucket(nowMs) + 1).fill(0)
        for (const moment of moments) counts[bucket(moment)] = (counts[bucket(moment)] ?? 0) + 1
        return counts
      }
      const highest = list([])
      const looks = [...highest.keys()].map((i) => firstMs + i * widthMs).concat(errors.map(({ seenMs }) => seenMs))
      for (const lookMs of looks) {
        const seen = errors.filter((one) => one.seenMs <= lookMs)
        const windowOf = (timeMs: number): number => Math.floor(timeMs / 60_000)
        const inWindow = seen.filter(({ atMs }) =>
          isFixed ? windowOf(atMs) === windowOf(lookMs) : atMs > lookMs - 60_000,
        )
        const i = bucket(lookMs)
        highest[i] = Math.max(highest[i] ?? 0, inWindow.length)
      }
      if (isFixed) {
        // A late one counts in the window before, whose sum is told then: it is higher at most.
        for (const [i, count] of (told[0]?.highest ?? []).entries())
          if (count > (highest[i] ?? 0) && given.some(({ lateMs }) => lateMs > 0)) highest[i] = count
      }
      t.strictSame(told[0]?.errors, list(errors.map(({ atMs }) => atMs)))
      t.strictSame(told[0]?.highest, highest)
      t.strictSame(told[0]?.alerts, list(alerts))
      t.strictSame(told[0]?.cooldowns.length, alerts.length)
      t.ok(highest.length <= MAX_BUCKETS && Number.isInteger(Math.log2(bucketSeconds)))
      t.ok(bucketSeconds === 1 || highest.length > MAX_BUCKETS / 2 - 1, 'no wider than it must be')
    }),
  )
  t.end()
})

t.test('keeps what lies far apart in as many buckets, and cooldowns that are close together as one', (t) => {
  const series = seriesWith({ threshold: 1, cooldownSeconds: 1 })
  const timeline = new Timeline([series.rule])
  const everyMs = 10_000
  for (let i = 0; i < 5000; i += 1) {
    const nowMs = startMs + i * everyMs
    timeline.addError(series, nowMs, nowMs)
    timeline.addAlert(series, nowMs, nowMs + 1000)
    timeline.addEnd(series, nowMs)
  }
  const sum = (list: readonly number[] = []): number => list.reduce((total, count) => total + count, 0)
  const { series: told } = timeline.toReport()
  t.ok((told[0]?.errors.length ?? 0) <= MAX_BUCKETS)
  t.ok((told[0]?.cooldowns.length ?? 0) <= MAX_BUCKETS + 1)
  t.strictSame([sum(told[0]?.errors), sum(told[0]?.alerts), sum(told[0]?.ends)], [5000, 5000, 5000])
  timeline.addAlert(series, 8.64e15, 8.7e15)
  t.equal(timeline.toReport().series[0]?.cooldowns.at(-1)?.to, '+275760-09-13T00:00:00.000Z')
  t.end()
})

t.test('tells rules without errors and the first groups apart, and sums up the others', (t) => {
  const plain = seriesWith({})
  const timeline = new Timeline([plain.rule, seriesWith({ groupBy: 'model' }).rule])
  t.strictSame(timeline.toReport(), {
    from: '',
    to: '',
    bucketSeconds: 1,
    series: [
      {
        rule: 'default',
        threshold: 10,
        windowSeconds: 60,
        errors: [],
        highest: [],
        alerts: [],
        ends: [],
        cooldowns: [],
      },
    ],
    others: { errors: 0, alerts: 0 },
  })
  for (let i = 0; i < 150; i += 1) {
    const series = seriesWith({ groupBy: 'model' }, `model-${i}`)
    timeline.addError(series, startMs, startMs)
    timeline.addAlert(series, startMs, startMs + 1000)
    timeline.addEnd(series, startMs)
  }
  const { series, others } = timeline.toReport()
  t.equal(series.length, MAX_SERIES)
  t.match(series[1], { groupBy: { model: 'model-0' }, errors: [1], highest: [1], alerts: [1], ends: [1] })
  t.strictSame(others, { errors: 51, alerts: 51 })
  t.end()
})

t.test('goes from the first line to the last, errors or not', (t) => {
  const series = seriesWith({})
  const timeline = new Timeline([series.rule])
  timeline.reach(startMs)
  timeline.addError(series, startMs + 5000, startMs + 5000)
  timeline.reach(startMs + 90_000)
  const { from, to, series: told } = timeline.toReport()
  t.strictSame([from, to], ['2026-11-23T18:00:00.000Z', '2026-11-23T18:01:30.000Z'])
  t.strictSame(told[0]?.errors.length, 91)
  t.strictSame(told[0]?.highest.join(''), `00000${'1'.repeat(60)}${'0'.repeat(26)}`)
  t.end()
})
