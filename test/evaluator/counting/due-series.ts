import t from 'tap'
import { Looks } from '../../../src/evaluator/counting/due-series.js'
import { fakeClock } from '../../fixtures/fake-clock.js'

t.test('adds what is planned when its time has come, and hands over each once', async (t) => {
  const clock = fakeClock()
  let calls = 0
  const looks = new Looks(clock, () => {
    calls += 1
  })
  looks.plan('a', 1000)
  looks.plan('b', 500)
  looks.plan('b', 2000)
  await clock.advance(999)
  t.ok(looks.isEmpty)
  await clock.advance(1)
  t.equal(calls, 1)
  t.strictSame([...looks.take(10)], [['a', false]])
  await clock.advance(1000)
  t.strictSame([...looks.take(10)], [['b', false]], 'the newest plan counts')
  t.ok(looks.isEmpty)
  looks.plan('c', 1)
  looks.close()
  await clock.advance(10)
  t.ok(looks.isEmpty)
})

t.test('remembers that an attempt is to be made now', (t) => {
  const looks = new Looks(fakeClock(), () => {})
  looks.add('a', true)
  looks.add('a')
  looks.add('b')
  t.strictSame(
    [...looks.take(10)],
    [
      ['a', true],
      ['b', false],
    ],
  )
  t.end()
})

t.test('hands over so many at once, the longest waiting first', (t) => {
  const looks = new Looks(fakeClock(), () => {})
  for (const id of ['a', 'b', 'c']) looks.add(id)
  t.strictSame([...looks.take(2).keys()], ['a', 'b'])
  t.notOk(looks.isEmpty)
  t.strictSame([...looks.take(2).keys()], ['c'])
  t.end()
})
