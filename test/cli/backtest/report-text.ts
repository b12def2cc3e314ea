import { Readable } from 'node:stream'
import t from 'tap'
import { type BacktestOptions, type BacktestReport, backtest } from '../../../src/backtest/backtest.js'
import { backtestText } from '../../../src/cli/backtest/report-text.js'
import { toldReport } from '../../fixtures/told-report.js'

const startMs = Date.parse('2026-11-23T18:00:00Z')

function reportOf(members: readonly object[], options: BacktestOptions): Promise<BacktestReport> {
  const lines = members.map((one, i) => JSON.stringify({ level: 50, time: startMs + i * 1000, ...one }))
  return backtest(Readable.from([lines.join('\n')]), { ...options, timeline: true })
}

t.test('tells what was read, every alert, and how the counts went', async (t) => {
  const members = Array.from({ length: 400 }, (_, i) =>
    i < 20 ? { msg: 'db \u001b[31mtimeout', res: { statusCode: 503 } } : { level: 30 },
  )
  const rows = backtestText(
    toldReport(await reportOf(members, { threshold: 5, cooldownSeconds: 10, sendResolved: true })),
    80,
  )
  t.strictSame(rows.slice(0, 10), [
    '400 lines, 20 errors, from 2026-11-23 18:00:00 to 2026-11-23 18:06:39 UTC',
    'Config: the defaults',
    '2 alerts would have been sent.',
    '',
    '2026-11-23 18:00:04  ALERT  default  5 errors within 60 s (threshold 5)',
    '                            503  db timeout',
    '2026-11-23 18:00:14  ALERT  default  15 errors within 60 s (threshold 5); 9 errors since the one before',
    '                            503  db timeout',
    '2026-11-23 18:02:15  ended  default  after 71 s',
    '',
  ])
  t.equal(rows[10], 'default: 20 errors, at most 20 within 60 s; threshold 5, 2 alerts')
  t.ok(rows.slice(10).every((row) => row.length <= 80))
})

t.test('says what was not counted, and that nobody would have been called', async (t) => {
  const request = { reqId: 'a', res: { statusCode: 503 } }
  const members = [request, { ...request, responseTime: 5 }, { time: undefined }, { time: startMs - 1e6 }]
  const rows = backtestText(toldReport(await reportOf(members, { dedupeRequests: true })), 80)
  t.match(rows.slice(0, 6).join('\n'), /4 lines, 3 errors/)
  t.match(rows, [
    /./,
    '  1 further line of requests that were counted',
    '  1 error without a time, which no window can count',
    '  1 error too late for any window: are the files in the order of time?',
    'Config: the defaults',
    'No alert: nobody would have been called.',
  ])
  t.strictSame(backtestText(toldReport(await backtest(Readable.from([]))), 80), [
    '0 lines, 0 errors',
    'Config: the defaults',
    '`standard input` is empty.',
    'There was nothing to look at, so nothing can be said of alerts.',
  ])
})

t.test('tells the first of many alerts and groups, and how many more there are', async (t) => {
  const members = Array.from({ length: 130 }, (_, i) => ({ model: `model-${i}`, msg: '' }))
  const rows = backtestText(
    toldReport(await reportOf(members, { threshold: 1, groupBy: 'model', maxAlertsPerMinute: 1000 }), ['threshold=2']),
    80,
  )
  t.match(rows, [/130 errors/, /Config/, '130 alerts would have been sent.'])
  t.equal(rows.filter((row) => row.includes('  ALERT  ')).length, 100)
  t.equal(rows.filter((row) => row.includes('(no message)')).length, 100)
  t.ok(rows.includes('… and 30 more: --json and --html have all of them'))
  t.equal(rows.filter((row) => row.includes('┼')).length, 12)
  t.ok(rows.includes('… and 88 more groups: see --html'))
  t.ok(rows.includes('Groups beyond the first 100: 30 errors, 30 alerts'))
})

t.test('puts what was compared side by side', async (t) => {
  const members = Array.from({ length: 20 }, (_, i) => ({ model: i % 2 === 0 ? 'a' : 'b' }))
  const compare = [{ threshold: 10 }, { threshold: 11 }]
  const report = await reportOf(members, { threshold: 3, cooldownSeconds: 10, groupBy: 'model', compare })
  const rows = backtestText(toldReport(report, ['threshold=10', 'threshold=11']), 100)
  t.strictSame(rows.slice(rows.findIndex((row) => row.includes('as given'))), [
    '                                as given         threshold=10  threshold=11',
    'errors                                20                   20            20',
    'alerts                                 4                    2             0',
    'first alert          2026-11-23 18:00:04  2026-11-23 18:00:18             -',
    'last alert           2026-11-23 18:00:15  2026-11-23 18:00:19             -',
    'highest count                         10                   10            10',
    '  default · model=a                    2                    1             0',
    '  default · model=b                    2                    1             0',
  ])
})

t.test('says how many errors were ignored, by the options and by what is compared', async (t) => {
  const members = Array.from({ length: 20 }, (_, i) => ({ model: i % 4 === 0 ? 'a' : 'b' }))
  const report = await reportOf(members, { ignore: [{ model: 'a' }], compare: [{ ignore: [] }] })
  const rows = backtestText(toldReport(report, ['ignore=[]']), 100)
  t.match(rows.slice(0, 2), [/^20 lines, 15 errors/, '  5 errors ignored: no rule counts them'])
  t.match(
    rows.find((row) => row.startsWith('ignored')),
    /^ignored +5 +0$/,
  )
})

t.test('counts what is not listed', async (t) => {
  const report = await reportOf([{}, {}], { threshold: 1, cooldownSeconds: 1, compare: [{ threshold: 2 }] })
  const unlisted = { alerts: 5000, ends: 1, lastAlertAt: '2026-11-24T00:00:00.000Z' }
  const rows = backtestText(toldReport({ ...report, unlisted }, ['threshold=2']), 100)
  t.equal(rows[2], '5,002 alerts would have been sent.')
  t.match(
    rows.find((row) => row.startsWith('last alert')),
    /2026-11-24 00:00:00 +2026-11-23 18:00:01$/,
  )
  const many = Array.from({ length: 101 }, () => report.alerts[0]).filter((alert) => alert !== undefined)
  t.ok(
    backtestText(toldReport({ ...report, alerts: many, unlisted }), 100).includes(
      '… and 5,002 more: --json and --html have the first of them',
    ),
  )
})

t.test('says what was tried, what of the input it is not about, and what follows', async (t) => {
  const said = (report: BacktestReport, given = {}): string =>
    backtestText(toldReport(report, [], given), 60).join('\n')
  const text = (lines: string): AsyncIterable<string> => Readable.from([lines])
  const strange = await backtest(text(`${'prose with no level, nor anything else \u001b[2J'.repeat(9)}\nmore\n\n`))
  t.match(said(strange, { text: 'stored under `k`: db', notes: ['Alerts are off: enabled is false.'] }).split('\n'), [
    '3 lines, 0 errors',
    'Config: stored under `k`: db',
    'Alerts are off: enabled is false.',
    '2 of 3 lines were not understood; the first looks like:',
    /^prose with no level/,
    /./,
    /…$/,
    'No alert in what was understood, which is not to say that all was well.',
  ])
  t.ok(
    said(strange)
      .split('\n')
      .slice(0, -1)
      .every((row) => row.length <= 60),
  )
  const untimed = await backtest(text('{"level":50,"msg":"x"}\n'))
  t.match(said(untimed), 'No alert: no error has a time, so no window could count one.')
  const long = await backtest(text(`{"level":30}\n{"level":30}\n${'x'.repeat(2_000_000)}`))
  t.match(said(long), /\n1 line passed over: longer than 1,048,576 characters.\nNo alert: nobody would/)
  t.match(
    said({ ...long, incomplete: [{ file: 'a\u0007.gz', reason: 'damaged' }], empty: ['b'] }),
    /`b` is empty.\n`a.gz` was read in part only: damaged./,
  )
})
