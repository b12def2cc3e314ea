import t from 'tap'
import {
  HeldRecords,
  MAX_HELD_BYTES,
  MAX_HELD_RECORDS,
  MAX_HOLD_MS,
  type Observed,
} from '../../src/evaluator/held-records.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { fakeClock } from '../fixtures/fake-clock.js'

const observed = (keyId: number, errorMessage = ''): Observed => ({
  kind: 'record',
  record: toLogRecord({ keyId, errorMessage }),
  monotonicMs: 0,
  wallMs: 0,
})

t.test('holds records in order until it is released', (t) => {
  const judged: number[] = []
  const held = new HeldRecords(({ record }) => judged.push(record.keyId), fakeClock())
  for (const keyId of [1, 2, 3]) held.hold(observed(keyId))
  t.strictSame([judged, held.isEmpty, held.isReleased], [[], false, false])
  held.release()
  held.hold(observed(4))
  held.release()
  t.strictSame([judged, held.isEmpty, held.isReleased], [[1, 2, 3, 4], true, true])
  t.end()
})

t.test('waits no longer, and holds no more, than it promises', async (t) => {
  let judged = 0
  const clock = fakeClock()
  const byTime = new HeldRecords(() => (judged += 1), clock)
  byTime.hold(observed(1))
  await clock.advance(MAX_HOLD_MS - 1)
  t.equal(judged, 0)
  await clock.advance(1)
  t.equal(judged, 1)
  const byNumber = new HeldRecords(() => {}, clock)
  for (let i = 0; i < MAX_HELD_RECORDS; i += 1) byNumber.hold(observed(i))
  t.ok(byNumber.isReleased)
  const bySize = new HeldRecords(() => {}, clock)
  for (let i = 0; i <= MAX_HELD_BYTES / 20_000; i += 1) bySize.hold(observed(i, 'x'.repeat(10_000)))
  t.ok(bySize.isReleased)
})
