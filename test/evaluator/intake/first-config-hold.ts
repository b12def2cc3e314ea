import t from 'tap'
import {
  HeldErrors,
  MAX_HELD_BYTES,
  MAX_HELD_RECORDS,
  MAX_HOLD_MS,
} from '../../../src/evaluator/intake/first-config-hold.js'
import { type LogRecord, toLogRecord } from '../../../src/record/log-record.js'
import { fakeClock } from '../../fixtures/fake-clock.js'

const record = (errorMessage = ''): LogRecord => toLogRecord({ errorMessage })

t.test('holds what is to be judged in order until it is released', (t) => {
  const judged: number[] = []
  const held = new HeldErrors(fakeClock())
  t.strictSame([held.isEmpty, held.isReleased], [true, false])
  for (const keyId of [1, 2, 3]) held.hold(record(), () => judged.push(keyId))
  t.strictSame([judged, held.isEmpty, held.isReleased], [[], false, false])
  held.release()
  held.hold(record(), () => judged.push(4))
  held.release()
  t.strictSame([judged, held.isEmpty, held.isReleased], [[1, 2, 3, 4], true, true])
  t.end()
})

t.test('waits no longer, and holds no more, than it promises', async (t) => {
  let judged = 0
  const judge = (): void => {
    judged += 1
  }
  const clock = fakeClock()
  const byTime = new HeldErrors(clock)
  byTime.hold(record(), judge)
  await clock.advance(MAX_HOLD_MS - 1)
  t.equal(judged, 0)
  await clock.advance(1)
  t.equal(judged, 1)
  const byNumber = new HeldErrors(clock)
  for (let i = 1; i < MAX_HELD_RECORDS; i += 1) byNumber.hold(record(), judge)
  t.equal(judged, 1)
  byNumber.hold(record(), judge)
  t.ok(byNumber.isReleased)
  t.equal(judged, 1 + MAX_HELD_RECORDS)
  const bySize = new HeldErrors(clock)
  for (let i = 0; i <= MAX_HELD_BYTES / 20_000; i += 1) bySize.hold(record('x'.repeat(10_000)), judge)
  t.ok(bySize.isReleased)
  t.equal(judged, 1 + MAX_HELD_RECORDS + Math.floor(MAX_HELD_BYTES / 20_000) + 1)
})
