import t from 'tap'
import {
  IncompleteErrors,
  MAX_WAIT_MS,
  MAX_WAITING_BYTES,
  MAX_WAITING_ERRORS,
} from '../../../src/evaluator/intake/incomplete-errors.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'

interface Bench {
  readonly clock: FakeClock
  readonly waiting: IncompleteErrors<string>
  /** What ended to wait since it was asked last. */
  readonly ended: () => string[]
  readonly add: (name: string, kept?: object, windowsMs?: readonly number[]) => void
}

function setUp(): Bench {
  const clock = fakeClock()
  const ended: string[] = []
  const waiting = new IncompleteErrors<string>(clock)
  waiting.onDue((name) => {
    waiting.delete(name)
    ended.push(name)
  })
  const add: Bench['add'] = (name, kept = {}, windowsMs = [60_000]) =>
    waiting.add(name, kept, clock.monotonicMs(), windowsMs)
  return { clock, waiting, ended: () => ended.splice(0), add }
}

t.test('each waits for its own second', async (t) => {
  t.strictSame([MAX_WAIT_MS, MAX_WAITING_ERRORS, MAX_WAITING_BYTES], [1000, 1000, 1_048_576])
  const { clock, waiting, ended, add } = setUp()
  t.ok(waiting.isEmpty)
  add('a')
  await clock.advance(400)
  add('b')
  add('c')
  waiting.delete('b')
  waiting.delete('unknown')
  await clock.advance(599)
  t.strictSame(ended(), [])
  await clock.advance(1)
  t.strictSame(ended(), ['a'])
  await clock.advance(400)
  t.strictSame([ended(), waiting.isEmpty], [['c'], true])
})

t.test('or for a quarter of the shortest window', async (t) => {
  const { clock, ended, add } = setUp()
  add('a', {}, [60_000, 1000])
  await clock.advance(250)
  t.strictSame(ended(), ['a'])
})

t.test('ends for all at once where it is told to', async (t) => {
  const { clock, waiting, ended, add } = setUp()
  add('a')
  add('b')
  waiting.end()
  t.strictSame([ended(), waiting.isEmpty], [['a', 'b'], true])
  await clock.advance(2000)
  t.strictSame(ended(), [])
})

t.test('the oldest make room, by number and by size, and one that is too large waits for nothing', (t) => {
  const { ended, add } = setUp()
  for (let i = 0; i <= MAX_WAITING_ERRORS; i += 1) add(`${i}`)
  t.strictSame(ended(), ['0'])
  add('large', { text: 'x'.repeat(400_000) })
  t.ok(ended().length > 0)
  add('too large', { text: 'x'.repeat(600_000) })
  t.equal(ended().at(-1), 'too large')
  t.end()
})

t.test('says whenever something begins or ends to wait', (t) => {
  const states: boolean[] = []
  const waiting = new IncompleteErrors<string>(fakeClock(), () => states.push(waiting.isEmpty))
  waiting.add('a', {}, 0, [1000])
  waiting.delete('a')
  t.strictSame(states, [false, true])
  t.end()
})
