import t from 'tap'
import {
  FirstConfigHold,
  MAX_HELD_BYTES,
  MAX_HELD_RECORDS,
  MAX_HOLD_MS,
} from '../../../src/evaluator/intake/first-config-hold.js'
import { type LogRecord, toLogRecord } from '../../../src/record/log-record.js'
import { fakeClock } from '../../fixtures/fake-clock.js'

const record = (errorMessage = ''): LogRecord => toLogRecord({ errorMessage })

t.test('holds what is to be judged in order until it is released', (t) => {
  const judged: number[] = []
  const hold = new FirstConfigHold(fakeClock(), () => {})
  t.strictSame([hold.isEmpty, hold.isReleased], [true, false])
  for (const keyId of [1, 2, 3]) hold.hold(record(), () => judged.push(keyId))
  t.strictSame([judged, hold.isEmpty, hold.isReleased], [[], false, false])
  hold.release()
  hold.hold(record(), () => judged.push(4))
  hold.release()
  t.strictSame([judged, hold.isEmpty, hold.isReleased], [[1, 2, 3, 4], true, true])
  t.end()
})

t.test('waits no longer, and holds no more, than it promises', async (t) => {
  let judged = 0
  const judge = (): void => {
    judged += 1
  }
  const clock = fakeClock()
  const byTime = new FirstConfigHold(clock, () => {})
  byTime.hold(record(), judge)
  await clock.advance(MAX_HOLD_MS - 1)
  t.equal(judged, 0)
  await clock.advance(1)
  t.equal(judged, 1)
  const byNumber = new FirstConfigHold(clock, () => {})
  for (let i = 1; i < MAX_HELD_RECORDS; i += 1) byNumber.hold(record(), judge)
  t.equal(judged, 1)
  byNumber.hold(record(), judge)
  t.ok(byNumber.isReleased)
  t.equal(judged, 1 + MAX_HELD_RECORDS)
  const bySize = new FirstConfigHold(clock, () => {})
  for (let i = 0; i <= MAX_HELD_BYTES / 20_000; i += 1) bySize.hold(record('x'.repeat(10_000)), judge)
  t.ok(bySize.isReleased)
  t.equal(judged, 1 + MAX_HELD_RECORDS + Math.floor(MAX_HELD_BYTES / 20_000) + 1)
})

t.test('what fails to be judged is said, keeps nothing from the others, and is never thrown', async (t) => {
  const clock = fakeClock()
  let failures = 0
  const hold = new FirstConfigHold(clock, () => {
    failures += 1
  })
  const judged: number[] = []
  hold.hold(record(), () => judged.push(1))
  hold.hold(record(), () => {
    throw new Error('a getter of theirs')
  })
  hold.hold(record(), () => judged.push(2))
  await clock.advance(MAX_HOLD_MS)
  t.strictSame([judged, failures], [[1, 2], 1])
  hold.hold(record(), () => {
    throw new Error('again')
  })
  t.equal(failures, 2)
})

t.test('what cannot be measured counts for something all the same', (t) => {
  const hold = new FirstConfigHold(fakeClock(), () => {})
  const endless: { self?: object } = {}
  endless.self = endless
  let held = 0
  while (!hold.isReleased) {
    hold.hold(endless, () => {})
    held += 1
  }
  t.ok(held < 200, `${held}`)
  t.end()
})
