// What a share of errors is a share of, in past lines.
import { Readable } from 'node:stream'
import t from 'tap'
import { backtest } from '../../src/backtest/backtest.js'

const startMs = Date.parse('2026-05-04T10:00:00Z')

/** A minute of a service: so many requests, spread evenly, of which each `failEvery`th failed. */
function minute(requests: number, failEvery: number, tenant = 'a', fromMs = startMs): string[] {
  return Array.from({ length: requests }, (_, i) => {
    const res = { statusCode: i % failEvery === failEvery - 1 ? 503 : 200 }
    return JSON.stringify({
      level: 30,
      time: fromMs + Math.floor((i * 59_000) / requests),
      tenant,
      res,
      responseTime: 1,
    })
  })
}

const input = (...lines: readonly string[]): Readable => Readable.from([`${lines.join('\n')}\n`])

t.test('an alert needs the share of the requests, and says what it was', async (t) => {
  const lines = minute(1000, 25)
  const report = await backtest(input(...lines), {
    threshold: 10,
    compare: [{ percent: 3.5 }, { percent: 5 }, { percent: 5, threshold: 1 }],
  })
  t.equal(report.errors, 40)
  t.match(
    report.compared.map(({ alerts, errors }) => [alerts.length, errors]),
    [
      [1, 40],
      [0, 40],
      [0, 40],
    ],
  )
  t.match(report.compared[0]?.alerts[0], {
    count: 10,
    requests: 250,
    percent: 3.5,
    why: '10 of 250 requests (4 %) within 60 s reached the threshold of 10 and 3.5 %, and no cooldown ran',
  })
  t.notOk('requests' in (report.alerts[0] ?? {}), 'a rule without percent counts no requests')
})

t.test('groups have requests of their own, and lines of text are requests too', async (t) => {
  const text = (status: number, i: number): string =>
    `203.0.113.9 - - [04/May/2026:10:00:${String(i).padStart(2, '0')} +0000] "GET /orders HTTP/1.1" ${status} 12 "-" "c"`
  const access = Array.from({ length: 20 }, (_, i) => text(i >= 15 ? 503 : 200, i))
  const report = await backtest(input(...access), { threshold: 5, percent: 25, compare: [{ percent: 26 }] })
  t.match(report.alerts, [{ count: 5, requests: 20 }])
  t.equal(report.compared[0]?.alerts.length, 0)
  const tenants = [...minute(100, 10, 'a'), ...minute(100, 50, 'b')].sort(
    (one, other) => JSON.parse(one).time - JSON.parse(other).time,
  )
  const grouped = await backtest(input(...tenants), {
    threshold: 2,
    percent: 5,
    groupBy: 'tenant',
    cooldownSeconds: 3600,
  })
  t.match(grouped.alerts, [{ groupBy: { tenant: 'a' }, requests: 20, count: 2 }])
  t.equal(grouped.alerts.length, 1)
})

t.test('an alert is over when its share was too low for a window', async (t) => {
  const bad = minute(100, 2)
  const good = Array.from({ length: 5 }, (_, i) => minute(600, 20, 'a', startMs + 60_000 * (i + 1))).flat()
  const { alerts } = await backtest(input(...bad, ...good), {
    threshold: 5,
    percent: 20,
    sendResolved: true,
    cooldownSeconds: 3600,
  })
  t.match(alerts, [{ kind: 'alert' }, { kind: 'resolved', why: /or its share of the requests below 20 %/ }])
})
