import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { backtest } from '../../src/backtest/backtest.js'

const HOUR_MS = 3_600_000
const START_MS = Date.parse('2026-11-23T00:00:00Z')

const line = (hours: number, msg: string): string =>
  `${JSON.stringify({ level: 50, time: START_MS + hours * HOUR_MS, msg })}\n`

async function* text(...lines: readonly string[]): AsyncGenerator<string> {
  yield lines.join('')
}

const options = { newOnly: true } as const
const messagesOf = ({ alerts }: Awaited<ReturnType<typeof backtest>>): readonly string[] =>
  alerts.map(({ sample }) => sample.errorMessage)

t.test('learns for the first hour of a file, and reports what is new after it', async (t) => {
  const lines = [
    line(0, 'slow'),
    line(0.9, 'reset 1'),
    line(1.1, 'reset 2'),
    line(1.2, 'refused'),
    line(1.5, 'refused'),
  ]
  const report = await backtest(text(...lines, line(2, 'slow')), { ...options, timeline: true })
  t.match(report, { errors: 6, learned: 2, alerts: [{ kind: 'alert', count: 1, threshold: 1, newOnly: true }] })
  t.equal(report.alerts.length, 1)
  t.match(report.alerts[0]?.why, /^1 new kind within 60 s reached/)
  t.match(report.alerts[0]?.sample, { errorMessage: 'refused' })
  const [series] = report.timeline?.series ?? []
  t.equal(Math.max(...(series?.highest ?? [])), 1)
  t.strictSame(messagesOf(await backtest(text(...lines), { ...options, learnSeconds: 0 })), [
    'slow',
    'reset 1',
    'refused',
  ])
})

t.test('learns from earlier files instead, in each run by its own rules, and reports nothing of them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'logsiren-learned-'))
  const files = ['a.log', 'b.log'].map((name) => join(folder, name))
  writeFileSync(files[0] ?? '', line(-30, 'slow'))
  writeFileSync(files[1] ?? '', line(-2, 'reset') + line(-1.9, 'access denied'))
  const lines = [line(0, 'slow'), line(0.1, 'reset'), line(0.2, 'refused'), line(0.3, 'access denied')]
  const compare = [
    { match: { errorMessage: { prefix: 'access' } } },
    { newAfterDays: 1 },
    { newOnly: false, threshold: 4, windowSeconds: 3600 },
  ]
  const given = { ...options, rules: [{ name: 'a' }] }
  const changes = compare.map(({ match, ...change }) => ({
    ...change,
    rules: [{ name: 'a', ...(match && { match }) }],
  }))
  const report = await backtest(text(...lines), { ...given, learned: files, compare: changes })
  t.match(report, { lines: 4, errors: 4, learned: 3 })
  t.strictSame(messagesOf(report), ['refused'])
  const [narrow, short, ordinary] = report.compared
  t.match(narrow, { learned: 1, alerts: [] })
  t.match(
    short?.alerts.map(({ sample }) => sample.errorMessage),
    ['slow', 'refused'],
  )
  t.equal(ordinary?.alerts.length, 1)
  t.notOk('learned' in Object(ordinary))
})

t.test('wants a rule that learns', async (t) => {
  const learned = text(line(0, 'slow'))
  await t.rejects(backtest(text(line(0, 'slow')), { learned }), {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'learned', message: /`newOnly`/ }],
  })
})
