import t from 'tap'
import { Flushes } from '../../../src/evaluator/counting/flush-waiters.js'
import { settled } from '../../fixtures/fake-clock.js'

t.test('lets each go after the answers that it waits for, those added meanwhile included', async (t) => {
  const flushes = new Flushes()
  const done: string[] = []
  const wait = (name: string, answers: number): void => void flushes.wait(answers).then(() => done.push(name))
  const answer = async (): Promise<void> => {
    flushes.answered()
    flushes.settle()
    await settled()
  }
  wait('none', 0)
  await settled()
  t.strictSame(done, ['none'])
  t.ok(flushes.isEmpty)
  wait('one', 1)
  wait('two', 2)
  await answer()
  t.strictSame(done, ['none', 'one'])
  flushes.extend(3)
  await answer()
  await answer()
  t.notOk(flushes.isEmpty)
  await answer()
  t.strictSame(done, ['none', 'one', 'two'])
})

t.test('lets all go at once', async (t) => {
  const flushes = new Flushes()
  const waiting = [flushes.wait(1), flushes.wait(9)]
  flushes.releaseAll()
  await Promise.all(waiting)
  t.ok(flushes.isEmpty)
})

t.test('lets go those who need not wait for what may never come', async (t) => {
  const flushes = new Flushes()
  let isReleased = false
  const patient = flushes.wait(1, true).then(() => {
    isReleased = true
  })
  const other = flushes.wait(1)
  flushes.releaseImpatient()
  await other
  await settled()
  t.equal(isReleased, false)
  t.notOk(flushes.isEmpty)
  flushes.answered()
  flushes.settle()
  await patient
  t.ok(flushes.isEmpty)
})
