import t from 'tap'
import { SLOT_COUNT } from '../../src/rule/slots.js'
import { Tally } from '../../src/rule/tally.js'
import { fc } from '../fixtures/properties.js'

const sliding = { windowMs: 60_000, windowType: 'sliding' } as const

t.test('hands over every error once, at the time of the oldest of those that it keeps together', (t) => {
  const tally = new Tally()
  t.ok(tally.isEmpty)
  for (let ms = 0; ms < 1000; ms += 50) tally.add(ms, 1000 + ms, sliding)
  t.strictSame([tally.errors, tally.moments, tally.oldestMs], [20, 4, 0])
  const counts = tally.take()
  t.strictSame(
    counts.map(({ monotonicMs, count }) => [monotonicMs, count]),
    [
      [0, 5],
      [250, 5],
      [500, 5],
      [750, 5],
    ],
  )
  t.ok(tally.isEmpty)
  t.strictSame(tally.take(), [])
  t.end()
})

t.test('does not grow with the number of errors, and says what it dropped once it had left the window', (t) => {
  const tally = new Tally()
  let dropped = 0
  for (let i = 0; i < 300_000; i += 1) dropped += tally.add(i, i, sliding)
  const counts = tally.take()
  t.ok(counts.length <= SLOT_COUNT + 2, `${counts.length} counts`)
  t.equal(dropped + counts.reduce((sum, { count }) => sum + count, 0), 300_000)
  t.ok(counts.every(({ monotonicMs }) => monotonicMs >= 300_000 - 60_000 - 250))
  t.end()
})

t.test('keeps tumbling windows apart', (t) => {
  const tally = new Tally()
  for (const wallMs of [59_998, 59_999, 60_000, 61_000])
    tally.add(wallMs, wallMs, { windowMs: 60_000, windowType: 'fixed' })
  t.strictSame(
    tally.take().map(({ wallMs, count }) => [wallMs, count]),
    [
      [59_998, 2],
      [60_000, 2],
    ],
  )
  t.end()
})

t.test('shows each error once to who only looks, and hands it over all the same', (t) => {
  const tally = new Tally()
  const unseen = (): number => tally.takeUnseen().reduce((sum, { count }) => sum + count, 0)
  t.equal(unseen(), 0)
  for (let ms = 0; ms < 1000; ms += 50) tally.add(ms, ms, sliding)
  t.equal(unseen(), 20)
  t.equal(unseen(), 0)
  tally.add(990, 990, sliding)
  tally.add(1500, 1500, sliding)
  t.strictSame(
    tally.takeUnseen().map(({ monotonicMs, count }) => [monotonicMs, count]),
    [
      [750, 1],
      [1500, 1],
    ],
  )
  tally.add(70_000, 70_000, sliding)
  t.equal(tally.moments, 1)
  t.equal(unseen(), 1, 'what has left the window is not shown')
  t.equal(
    tally.take().reduce((sum, { count }) => sum + count, 0),
    1,
  )
  t.equal(unseen(), 0)
  t.end()
})

t.test('an error that comes late joins those of its moment, and is shown once all the same', (t) => {
  const tally = new Tally()
  for (const ms of [1000, 2000, 3000]) tally.add(ms, ms, sliding)
  t.equal(tally.takeUnseen().length, 3)
  t.equal(tally.add(2010, 2010, sliding), 0)
  t.equal(tally.add(1500, 1500, sliding), 0)
  tally.add(3500, 3500, sliding)
  const seen = (counts: ReturnType<Tally['take']>): number[][] =>
    counts.map(({ monotonicMs, count }) => [monotonicMs, count])
  t.strictSame(seen(tally.takeUnseen()), [
    [1500, 1],
    [2000, 1],
    [3500, 1],
  ])
  t.strictSame(tally.takeUnseen(), [])
  t.strictSame(seen(tally.take()), [
    [1000, 1],
    [1500, 1],
    [2000, 2],
    [3000, 1],
    [3500, 1],
  ])
  t.end()
})

t.test('loses and doubles none, and stays bounded, whatever comes late and whoever looks', (t) => {
  const step = fc.record({ laterMs: fc.nat({ max: 2000 }), lateMs: fc.nat({ max: 1000 }), isLooking: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.constantFrom(1000, 60_000), (steps, windowMs) => {
      const tally = new Tally()
      const sum = (counts: ReturnType<Tally['take']>): number => counts.reduce((all, { count }) => all + count, 0)
      let [nowMs, dropped, unseen] = [0, 0, 0]
      for (const { laterMs, lateMs, isLooking } of steps) {
        nowMs += laterMs
        dropped += tally.add(nowMs - lateMs, nowMs - lateMs, { windowMs, windowType: 'sliding' })
        if (isLooking) unseen += sum(tally.takeUnseen())
      }
      unseen += sum(tally.takeUnseen())
      const { moments } = tally
      const counts = tally.take()
      const isOrdered = counts.every(({ monotonicMs }, i) => monotonicMs >= (counts[i - 1]?.monotonicMs ?? -1000))
      const isBounded = moments <= SLOT_COUNT + 2 + (1000 * SLOT_COUNT) / windowMs
      return isOrdered && isBounded && sum(counts) + dropped === steps.length && unseen <= steps.length
    }),
  )
  t.end()
})
