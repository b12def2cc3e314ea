import t from 'tap'
import { SeriesTimeline } from '../../src/backtest/series-timeline.js'
import { resolveSettings } from '../../src/config/settings.js'
import { seriesOf } from '../../src/rule/series.js'

t.test('sums up what it joins, but keeps the highest count', (t) => {
  const [rule] = resolveSettings({ url: 'http://127.0.0.1/', windowSeconds: 2 }, undefined).rules
  if (rule === undefined) throw new Error('there is one rule')
  const timeline = new SeriesTimeline(seriesOf(rule), 1000)
  for (const nowMs of [1000, 1000, 2500, 2500, 2500, 9000]) timeline.addError(nowMs, nowMs)
  timeline.addAlert(2500, 4500)
  timeline.addEnd(9000)
  const buckets = (untilMs: number): unknown[] =>
    [...timeline.bucketsUntil(untilMs)]
      .sort(([a], [b]) => a - b)
      .map(([number, { errors, highest, alerts, ends }]) => [number, errors, highest, alerts, ends])
  t.strictSame(buckets(10_000), [
    [1, 2, 2, 0, 0],
    [2, 3, 5, 1, 0],
    [3, 0, 3, 0, 0],
    [4, 0, 3, 0, 0],
    [5, 0, 0, 0, 0],
    [9, 1, 1, 0, 1],
    [10, 0, 1, 0, 0],
  ])
  timeline.widen(4000)
  t.strictSame(buckets(10_000), [
    [0, 5, 5, 1, 0],
    [1, 0, 3, 0, 0],
    [2, 1, 1, 0, 1],
  ])
  t.strictSame(timeline.cooldowns, [{ fromMs: 2500, toMs: 4500 }])
  t.end()
})
