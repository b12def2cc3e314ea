import t from 'tap'
import { DueSeries } from '../../../src/evaluator/counting/due-series.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { rule } from '../../fixtures/store-bench.js'

const all = (): boolean => true
const former = { rule, leftAtMs: 7 }
const look = { isForced: false, former: undefined }

t.test('adds what is planned when its time has come, and hands over each once', async (t) => {
  const clock = fakeClock()
  const due = new DueSeries(clock)
  let calls = 0
  due.onDue(() => {
    calls += 1
  })
  due.plan('a', 1000)
  due.plan('b', 500)
  due.plan('b', 2000, { former })
  t.equal(due.size, 2)
  await clock.advance(999)
  t.ok(due.isEmpty)
  await clock.advance(1)
  t.equal(calls, 1)
  t.strictSame([...due.take(all)], [['a', look]])
  await clock.advance(1000)
  t.strictSame([...due.take(all)], [['b', { ...look, former }]], 'the newest plan counts')
  t.ok(due.isEmpty)
  due.plan('c', 1)
  due.close()
  await clock.advance(10)
  t.strictSame([due.isEmpty, due.size, calls], [true, 0, 2])
})

t.test('remembers that an attempt is to be made now, and what the rule was before', (t) => {
  const due = new DueSeries(fakeClock())
  due.add('a', { isForced: true })
  due.add('a', { former })
  due.add('a')
  due.add('b')
  t.strictSame(
    [...due.take(all)],
    [
      ['a', { isForced: true, former }],
      ['b', look],
    ],
  )
  t.end()
})

t.test('hands over as much as there is room for, the longest waiting first', (t) => {
  const due = new DueSeries(fakeClock())
  for (const id of ['a', 'b', 'c']) due.add(id)
  let room = 2
  t.strictSame([...due.take(() => room-- > 0).keys()], ['a', 'b'])
  t.notOk(due.isEmpty)
  t.strictSame([...due.take(all).keys()], ['c'])
  t.end()
})

t.test('remembers ten thousand at most, which are found to be due again', (t) => {
  const due = new DueSeries(fakeClock())
  for (let i = 0; i < 10_001; i += 1) due.add(`${i}`)
  due.add('0', { isForced: true })
  t.equal(due.size, 10_000)
  t.match([...due.take(all)][0], ['0', { isForced: true }], 'what is known may still be added to')
  t.end()
})
