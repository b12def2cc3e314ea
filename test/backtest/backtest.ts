import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { backtest } from '../../src/backtest/backtest.js'

const startMs = Date.parse('2026-11-23T18:00:00Z')
const lines = Array.from({ length: 40 }, (_, i) =>
  JSON.stringify({ level: i % 2 === 0 ? 50 : 30, time: startMs + i * 1000, msg: `line ${i} ü` }),
)

t.test('reads files, packed or not, ended by a newline or not, and chunks cut anywhere', async (t) => {
  const folder = t.testdir({
    'a.log': `${lines.slice(0, 15).join('\n')}`,
    'b.log': `${lines.slice(15, 30).join('\n')}\n`,
  })
  const packed = join(folder, 'c.log.gz')
  writeFileSync(packed, gzipSync(lines.slice(30).join('\n')))
  const options = { threshold: 20 }
  const expected = { lines: 40, skipped: 0, errors: 20, alerts: [{ at: '2026-11-23T18:00:38.000Z', count: 20 }] }
  t.match(await backtest([join(folder, 'a.log'), join(folder, 'b.log'), packed], options), expected)
  const bytes = Buffer.from(lines.join('\n'))
  const cut = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => bytes.subarray(i * 7, i * 7 + 7))
  t.match(await backtest(Readable.from(cut), options), expected)
  t.match(await backtest(packed, { threshold: 5 }), { lines: 10, alerts: [{ count: 5 }] })
})

t.test('compares changes with the options, each by itself', async (t) => {
  const input = (): Readable => Readable.from([lines.join('\n')])
  const report = await backtest(input(), {
    threshold: 3,
    cooldownSeconds: 10,
    compare: [{ threshold: 20 }, { windowSeconds: 2 }, { statusCodeThreshold: 400, sendResolved: true }],
  })
  t.ok(report.alerts.length > 1)
  t.match(report.compared, [
    { change: { threshold: 20 }, alerts: [{ count: 20, threshold: 20 }] },
    { change: { windowSeconds: 2 }, alerts: [] },
    { change: { statusCodeThreshold: 400, sendResolved: true } },
  ])
  t.strictSame(report.compared[2]?.alerts, report.alerts)
  t.strictSame((await backtest(input(), { threshold: 20 })).alerts, report.compared[0]?.alerts)
})

t.test('tells how counts went over time where that is asked for', async (t) => {
  const input = (): Readable => Readable.from([lines.join('\n')])
  const compare = [{ threshold: 5 }]
  t.equal((await backtest(input(), { compare })).timeline, undefined)
  const { timeline, alerts, compared } = await backtest(input(), { compare, cooldownSeconds: 10, timeline: true })
  t.match(timeline, {
    from: '2026-11-23T18:00:00.000Z',
    bucketSeconds: 1,
    series: [
      { rule: 'default', threshold: 10, cooldowns: [{ from: alerts[0]?.at, to: '2026-11-23T18:00:28.000Z' }, {}] },
    ],
  })
  t.equal(timeline?.series[0]?.errors.join(''), '10'.repeat(20))
  t.strictSame(timeline?.series[0]?.highest.slice(-3), [19, 20, 20], 'up to the last line, which is no error')
  t.equal(timeline?.series[0]?.alerts.indexOf(1), 18)
  t.match(compared, [{ timeline: { series: [{ threshold: 5 }] } }])
})

t.test('refuses what is not valid, and files that are not there', async (t) => {
  await t.rejects(backtest([], { threshold: 0 }), { code: 'ERR_LOGSIREN_CONFIG' })
  await t.rejects(backtest([], { compare: [{ windowSeconds: -1 }] }), { code: 'ERR_LOGSIREN_CONFIG' })
  await t.rejects(backtest('missing.log'), { code: 'ENOENT' })
  await t.rejects(backtest('missing.log.gz'), { code: 'ENOENT' })
  t.match(await backtest([]), { lines: 0, errors: 0, alerts: [] })
})

t.test('does not take JSON for understood that holds nothing by which an error is known', async (t) => {
  const of = async (text: string, options = {}) => (await backtest(Readable.from([text]), options)).notUnderstood
  t.match(await of('{"status_of_it":503}\n'), { most: true })
  t.match(await of('{"status_of_it":503}\n', { fields: { statusCode: 'status_of_it' } }), { lines: 0, most: false })
  t.match(await of('{"status_of_it":503}\n{"level":30}\n'), { lines: 1, most: false }, 'a log has other lines too')
})

t.test('reads what Docker and journald wrote into JSON, at the time that they give', async (t) => {
  const of = async (lines: readonly object[]) =>
    backtest(Readable.from([lines.map((line) => `${JSON.stringify(line)}\n`).join('')]), { threshold: 2 })
  const docker = ['{"level":50,"msg":"db timeout"}', 'TypeError: no stock', '    at place (/app/o.js:1:1)', 'INFO fine']
  t.match(await of(docker.map((log, i) => ({ log: `${log}\n`, stream: 'stderr', time: `2026-09-21T14:13:2${i}Z` }))), {
    errors: 2,
    untimed: 0,
    notUnderstood: { lines: 0 },
    alerts: [{ at: '2026-09-21T14:13:21.000Z', count: 2 }],
  })
  const journal = ['ERROR db timeout', [...Buffer.from('error: no stock\u001b[0m')], 'fine']
  t.match(
    await of(journal.map((MESSAGE, i) => ({ __REALTIME_TIMESTAMP: `179000000${i}000000`, MESSAGE, PRIORITY: '6' }))),
    { errors: 2, untimed: 0, notUnderstood: { lines: 1 }, alerts: [{ at: '2026-09-21T14:13:21.000Z' }] },
  )
})
