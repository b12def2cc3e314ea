import t from 'tap'
import { timeOf } from '../../src/record/line-time.js'

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
