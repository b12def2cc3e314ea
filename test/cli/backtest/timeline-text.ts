import t from 'tap'
import { chartOf, nameOf } from '../../../src/cli/backtest/timeline-text.js'

const from = '2026-11-23T23:59:00.000Z'
const none = new Array<number>(120).fill(0)
const series = {
  rule: 'default',
  threshold: 10,
  windowSeconds: 60,
  errors: none,
  highest: none,
  alerts: none,
  ends: none,
}
const others = { errors: 0, alerts: 0 }

t.test('draws counts, the threshold, alerts, ends and cooldowns below one another', (t) => {
  const highest = none.map((_, i) => (i < 40 ? 0 : i < 80 ? 12 : 1))
  const drawn = {
    ...series,
    highest,
    alerts: none.map((_, i) => (i === 40 ? 1 : 0)),
    ends: none.map((_, i) => (i === 80 ? 1 : 0)),
    cooldowns: [{ from: '2026-11-23T23:59:40.000Z', to: '2026-11-24T00:00:10.000Z' }],
  }
  t.strictSame(chartOf(drawn, { from, to: '', bucketSeconds: 1, series: [drawn], others }, 69), [
    // The threshold is in the top row, so the top has its label above it.
    '     12 │',
    `     10 ┼${'┄'.repeat(20)}${'█'.repeat(20)}${'┄'.repeat(20)}`,
    ...Array.from({ length: 4 }, () => `        │${' '.repeat(20)}${'█'.repeat(20)}`),
    `      0 │${' '.repeat(20)}${'█'.repeat(20)}${'▄'.repeat(20)}`,
    ` alerts  ${' '.repeat(20)}▲${' '.repeat(19)}▽`,
    `  quiet  ${' '.repeat(20)}${'░'.repeat(15)}`,
    '         ╵11-23 23:59:00     ╵23:59:40           ╵11-24 00:00:20',
  ])
  t.end()
})

t.test('fits the columns there are, and shows what is little', (t) => {
  const highest = none.map((_, i) => (i === 60 ? 1 : 0))
  const drawn = { ...series, threshold: 1_000_000, highest, cooldowns: [] }
  for (const columns of [1, 40, 80, 300]) {
    const rows = chartOf(drawn, { from, to: '', bucketSeconds: 64, series: [drawn], others }, columns)
    t.ok(
      rows.every((row) => row.length <= Math.max(columns, 32)),
      `${columns} columns`,
    )
    t.match(rows[5], /▁/)
    t.match(rows[0], /^1,000,000 ┼┄+$/)
  }
  t.end()
})

t.test('names a group by what it has in common, whatever that holds', (t) => {
  t.equal(nameOf({ rule: 'payments' }), 'payments')
  t.equal(
    nameOf({ rule: 'default', groupBy: { model: null, host: 'a\u001b[2J\nb' } }),
    'default · model=(none) · host=a b',
  )
  t.end()
})
