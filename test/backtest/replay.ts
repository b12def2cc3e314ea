import t from 'tap'
import type { BacktestAlert } from '../../src/backtest/alert-list.js'
import { Replay } from '../../src/backtest/replay.js'
import type { LogsirenOptions } from '../../src/config/options.js'
import { fc } from '../fixtures/properties.js'

const startMs = Date.parse('2026-11-23T18:00:00Z')
const line = (atMs: number, more: object = {}): string =>
  `${JSON.stringify({ level: 50, time: startMs + atMs, msg: 'db timeout', ...more })}\n`

function alertsOf(options: LogsirenOptions, lines: readonly string[], lastMs?: number): readonly BacktestAlert[] {
  const replay = new Replay(options)
  replay.readJson(lines.join(''))
  return replay.end(lastMs === undefined ? undefined : startMs + lastMs).alerts
}

t.test('tells when, why, how many and which, as the evaluator would have', (t) => {
  const lines = [
    line(0),
    line(1000, { level: 30, msg: 'fine' }),
    line(2000),
    line(59_000, { model: 'm' }),
    line(61_000),
  ]
  t.strictSame(alertsOf({ threshold: 3 }, lines), [
    {
      kind: 'alert',
      why: '3 errors within 60 s reached the threshold of 3, and no cooldown ran',
      at: '2026-11-23T18:00:59.000Z',
      rule: 'default',
      count: 3,
      threshold: 3,
      windowSeconds: 60,
      sample: {
        group: '',
        keyId: 0,
        model: 'm',
        providerName: '',
        providerType: '',
        statusCode: 0,
        errorMessage: 'db timeout',
        clientIp: '',
      },
      suppressed: 0,
    },
  ])
  t.strictSame(alertsOf({ threshold: 3, enabled: false }, lines), [])
  t.strictSame(alertsOf({ threshold: 4 }, lines), [])
  t.end()
})

t.test('raises what a model that keeps every moment raises', (t) => {
  // On the borders of slots, where the ring is exact.
  const gaps = fc.array(
    fc.nat({ max: 100 }).map((slots) => slots * 250),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(
      gaps,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 90 }),
      (gapsMs, threshold, cooldownSeconds) => {
        let nowMs = 0
        let toldMs = Number.NEGATIVE_INFINITY
        const [moments, expected]: [number[], string[]] = [[], []]
        for (const gapMs of gapsMs) {
          nowMs += gapMs
          moments.push(nowMs)
          const count = moments.filter((moment) => moment > nowMs - 60_000).length
          if (count < threshold || nowMs < toldMs + cooldownSeconds * 1000) continue
          toldMs = nowMs
          expected.push(`${new Date(startMs + nowMs).toISOString()} ${count}`)
        }
        const alerts = alertsOf(
          { threshold, cooldownSeconds },
          moments.map((moment) => line(moment)),
        )
        return JSON.stringify(alerts.map(({ at, count }) => `${at} ${count}`)) === JSON.stringify(expected)
      },
    ),
  )
  t.end()
})

t.test('tells the end when it came, though no line did', (t) => {
  const options = { threshold: 2, sendResolved: true, groupBy: 'model' }
  const lines = [line(0, { model: 'a' }), line(100, { model: 'a' }), line(500_000, { model: 'b' })]
  const [alert, end, ...more] = alertsOf(options, lines)
  t.strictSame(more, [])
  t.match(alert, { kind: 'alert', groupBy: { model: 'a' } })
  t.match(end, { kind: 'resolved', groupBy: { model: 'a' }, count: 0, durationSeconds: 60, sample: { model: 'a' } })
  t.match(end?.at, /^2026-11-23T18:02:0/)
  t.equal(alertsOf(options, lines.slice(0, 2)).length, 1, 'as far as the lines tell')
  t.equal(alertsOf(options, lines.slice(0, 2), 300_000).length, 2)
  t.end()
})

t.test('counts a request once, late lines where they belong, and none without a time', (t) => {
  const replay = new Replay({ threshold: 100 })
  const request = { level: 30, reqId: 'a', res: { statusCode: 503 } }
  const lines = [line(0, request), line(5, { ...request, responseTime: 5 }), line(90_000), line(60_000), line(10_000)]
  replay.readJson([...lines, '{"level":50,"msg":"no time"}\n', 'not JSON "level":50\n'].join(''))
  t.strictSame(replay.end(undefined), { errors: 5, ignored: 0, duplicates: 1, untimed: 1, late: 1, alerts: [] })
  t.end()
})

t.test('goes on after a line whose time is beyond all dates', (t) => {
  const lines = [line(0), line(0, { time: undefined, timestamp: { seconds: 1e300 } }), line(1)]
  const replay = new Replay({ threshold: 2, sendResolved: true }, { hasTimeline: true })
  replay.readJson(lines.join(''))
  t.match(replay.end(undefined), { errors: 3, untimed: 1, late: 0, alerts: [{ count: 2 }] })
  t.end()
})

t.test('lists so many alerts and counts the rest, so that memory is bounded', (t) => {
  const replay = new Replay({ threshold: 1, cooldownSeconds: 1, windowSeconds: 1, sendResolved: true })
  for (let i = 0; i < 5002; i += 1) replay.readJson(line(i * 10_000))
  const { alerts, unlisted } = replay.end(startMs + 5002 * 10_000)
  t.equal(alerts.length, 10_000)
  t.strictSame(unlisted, { alerts: 2, ends: 2, lastAlertAt: new Date(startMs + 50_010_000).toISOString() })
  t.equal('unlisted' in new Replay({}).end(undefined), false)
  t.end()
})

t.test('tells an error without a time, or a late one, once, however many rules it counts for', (t) => {
  const rules = ['a', 'b', 'c'].map((name) => ({ name }))
  const replay = new Replay({ rules })
  replay.readJson([line(0), line(600_000), line(0), '{"level":50,"msg":"no time"}\n'].join(''))
  t.match(replay.end(undefined), { errors: 4, untimed: 1, late: 1 })
  t.end()
})

t.test('takes what was read from text, and a time that stands before a line', (t) => {
  const replay = new Replay({ threshold: 2 })
  replay.readJson('{"level":50,"msg":"x"}\n', startMs)
  replay.readMembers({ level: 'info' }, startMs)
  replay.readMembers({ level: 'error' }, startMs + 1000)
  replay.readMembers({ level: 'error' }, undefined)
  t.match(replay.end(undefined), { errors: 3, untimed: 1, alerts: [{ at: '2026-11-23T18:00:01.000Z', count: 2 }] })
  const unread: string[] = []
  new Replay({}, { onUnreadable: (text) => unread.push(text) }).readJson('{"level":50,}\n{"level":50}\n')
  t.strictSame(unread, ['{"level":50,}'])
  t.end()
})
