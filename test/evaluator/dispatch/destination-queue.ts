import t from 'tap'
import { DestinationQueue } from '../../../src/evaluator/dispatch/destination-queue.js'
import { fakeClock, settled } from '../../fixtures/fake-clock.js'

t.test('tells one after the other, in their order, and takes a newer one in the place of the same', async (t) => {
  const told: string[] = []
  const ends: (() => void)[] = []
  const queue = new DestinationQueue<string>(fakeClock(), async (item) => {
    told.push(item)
    await new Promise<void>((end) => ends.push(end))
  })
  t.ok(queue.isIdle)
  for (const item of ['a1', 'b1', 'c1', 'b2']) queue.push(item[0] ?? '', item)
  t.strictSame(told, ['a1'])
  for (const expected of [
    ['a1', 'b2'],
    ['a1', 'b2', 'c1'],
  ]) {
    ends.at(-1)?.()
    await settled()
    t.strictSame(told, expected)
  }
  const idle = queue.idle()
  ends.at(-1)?.()
  await idle
  t.ok(queue.isIdle)
  queue.push('d', 'd')
  t.strictSame(told.at(-1), 'd', 'it starts again')
  ends.at(-1)?.()
  await queue.idle()
})

t.test('says how long nothing should be sent', async (t) => {
  const clock = fakeClock()
  const queue = new DestinationQueue<string>(clock, () => Promise.resolve())
  t.equal(queue.pausedMs, 0)
  queue.pause(1000)
  await clock.advance(400)
  t.equal(queue.pausedMs, 600)
  await clock.advance(600)
  t.equal(queue.pausedMs, 0)
  queue.pause(1000)
  queue.resume()
  t.equal(queue.pausedMs, 0)
})
