import t from 'tap'
import { timeOf } from '../../src/backtest/line-time.js'

t.test('reads the time as loggers write it', (t) => {
  const iso = '2026-11-23T18:16:07.123Z'
  const ms = Date.parse(iso)
  for (const [members, expected] of [
    [{ time: ms }, ms],
    [{ time: iso }, ms],
    [{ timestamp: iso }, ms],
    [{ '@timestamp': iso }, ms],
    [{ ts: ms / 1000 }, ms],
    [{ ts: ms * 1000 }, ms],
    [{ time: `${ms}000000` }, ms],
    [{ timestamp: { seconds: Math.floor(ms / 1000), nanos: 123e6 } }, ms],
    [{ time: 'soon', timestamp: iso }, ms],
    [{ meta: { timestamp: iso } }, ms],
    [{ time: -1 }, undefined],
    [{ time: 5 }, undefined],
    [{ time: null, ts: {} }, undefined],
    [{}, undefined],
  ] as const) {
    const timeMs = timeOf(members)
    t.equal(timeMs === undefined ? undefined : Math.round(timeMs), expected, JSON.stringify(members))
  }
  t.end()
})

t.test('tells no moment that no date can tell', (t) => {
  const last = 8.64e15
  t.equal(timeOf({ time: { seconds: last / 1000 } }), last)
  for (const seconds of [last / 1000 + 1, 1e20, 1e300])
    t.equal(timeOf({ time: { seconds } }), undefined, String(seconds))
  t.equal(timeOf({ time: { seconds: 1e9, nanos: 1e300 } }), undefined)
  t.equal(timeOf({ time: { seconds: 1e300 }, timestamp: 1_700_000_000 }), 1_700_000_000_000, 'another member may')
  t.end()
})
