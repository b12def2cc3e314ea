import t from 'tap'
import { newCounter } from '../../../src/store/memory/window-counters.js'
import { fakeClock } from '../../fixtures/fake-clock.js'

t.test('a ring tells when its total fell below the threshold, and when the oldest error happened', async (t) => {
  const clock = fakeClock()
  const counter = newCounter({ windowType: 'sliding', windowMs: 60_000 }, clock)
  const now = (): { monotonicMs: number; wallMs: number; count: number } => ({
    monotonicMs: clock.monotonicMs(),
    wallMs: clock.nowMs(),
    count: 3,
  })
  const startMs = clock.monotonicMs()
  t.match(counter.add([now()], 5), { total: 3, fresh: 3, dropped: 0, fellAtMs: undefined })
  await clock.advance(20_000)
  t.match(counter.add([now()], 5), { total: 6 })
  t.ok((counter.oldestMs ?? 0) <= startMs && (counter.oldestMs ?? 0) > startMs - 250)
  await clock.advance(70_000)
  const { fellAtMs = 0, total } = counter.add([], 5)
  t.equal(total, 0)
  t.ok(fellAtMs > startMs + 60_000 - 250 && fellAtMs <= startMs + 60_000, `${fellAtMs}`)
  t.ok(counter.isEmpty)
})

t.test('a tumbling window knows when it ends', async (t) => {
  const clock = fakeClock()
  const counter = newCounter({ windowType: 'fixed', windowMs: 60_000 }, clock)
  t.ok(counter.isEmpty)
  const counts = [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count: 2 }]
  const { endsAtMs = 0 } = counter.add(counts, 1)
  t.equal(endsAtMs - clock.monotonicMs(), 60_000 - (clock.nowMs() % 60_000))
  t.equal(counter.oldestMs, undefined)
  t.notOk(counter.isEmpty)
  await clock.advance(60_000)
  t.ok(counter.isEmpty)
})
