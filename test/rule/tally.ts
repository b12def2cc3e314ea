import t from 'tap'
import { Tally } from '../../src/rule/tally.js'

const sliding = { windowMs: 60_000, windowType: 'sliding' } as const

t.test('hands over every error once, at the time of the oldest of those that it keeps together', (t) => {
  const tally = new Tally()
  t.ok(tally.isEmpty)
  for (let ms = 0; ms < 200; ms += 10) tally.add(ms, 1000 + ms, sliding)
  t.equal(tally.errors, 20)
  const counts = tally.take()
  t.strictSame(
    counts.map(({ monotonicMs, count }) => [monotonicMs, count]),
    [
      [0, 5],
      [50, 5],
      [100, 5],
      [150, 5],
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
  t.ok(counts.length <= 1202, `${counts.length} counts`)
  t.equal(dropped + counts.reduce((sum, { count }) => sum + count, 0), 300_000)
  t.ok(counts.every(({ monotonicMs }) => monotonicMs >= 300_000 - 60_000 - 50))
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
  for (let ms = 0; ms < 200; ms += 10) tally.add(ms, ms, sliding)
  t.equal(unseen(), 20)
  t.equal(unseen(), 0)
  tally.add(199, 199, sliding)
  tally.add(500, 500, sliding)
  t.strictSame(
    tally.takeUnseen().map(({ monotonicMs, count }) => [monotonicMs, count]),
    [
      [150, 1],
      [500, 1],
    ],
  )
  tally.add(70_000, 70_000, sliding)
  t.equal(unseen(), 1, 'what has left the window is not shown')
  t.equal(
    tally.take().reduce((sum, { count }) => sum + count, 0),
    1,
  )
  t.equal(unseen(), 0)
  t.end()
})
