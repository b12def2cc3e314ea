import t from 'tap'
import { DestinationQueue } from '../../../src/evaluator/dispatch/destination-queue.js'
import { fakeClock, settled } from '../../fixtures/fake-clock.js'

const ofOneRule = { rule: 'default', hasGroups: false }

t.test('tells one after the other, in their order, and takes a newer one in the place of the same', async (t) => {
  const told: string[] = []
  const ends: (() => void)[] = []
  const queue = new DestinationQueue<string>(
    fakeClock(),
    () => ofOneRule,
    async (item) => {
      told.push(item)
      await new Promise<void>((end) => ends.push(end))
    },
  )
  t.ok(queue.isIdle)
  for (const item of ['a1', 'b1', 'c1', 'b2']) queue.push(item[0] ?? '', item)
  await settled()
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
  await settled()
  t.strictSame(told.at(-1), 'd', 'it starts again')
  ends.at(-1)?.()
  await queue.idle()
})

t.test('rules without groups come first, then those with the fewest notices; each keeps its order', async (t) => {
  const told: string[] = []
  const ownerOf = (item: string) => ({ rule: item.slice(0, 1), hasGroups: item[0] !== 'p' })
  const queue = new DestinationQueue<string>(fakeClock(), ownerOf, (item) => {
    told.push(item)
    if (item === 's2') for (const late of ['s6', 'p2', 'o1']) queue.push(late, late)
    return Promise.resolve()
  })
  for (const item of ['s1', 's2', 's3', 's4', 'p1', 'g1', 'g2']) queue.push(item, item)
  await queue.idle()
  t.strictSame(told, ['p1', 'g1', 'g2', 's1', 's2', 'p2', 'o1', 's3', 's4', 's6'])
})

t.test('says how long nothing should be sent', async (t) => {
  const clock = fakeClock()
  const queue = new DestinationQueue<string>(
    clock,
    () => ofOneRule,
    () => Promise.resolve(),
  )
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
