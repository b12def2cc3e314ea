import t from 'tap'
import { shapeOf } from '../../src/record/message-shape.js'
import { fc } from '../fixtures/properties.js'

t.test('what differs only in its particulars has one shape', (t) => {
  for (const [shape, ...messages] of [
    ['connect ECONNREFUSED <ip>', 'connect ECONNREFUSED 10.0.0.7:5432', 'connect ECONNREFUSED 10.0.0.8:5432'],
    ['connect ECONNREFUSED <ip>', 'connect ECONNREFUSED ::1:6379', 'connect ECONNREFUSED fe80::1c2:ff:3'],
    ['order <uuid> failed', 'order 0b9d1f3c-7c2a-4f60-9c1f-9d3a0c6f5a11 failed'],
    ['user <n> not found', 'user 17 not found', 'user 99999 not found', 'user  -1 not found'],
    ['timeout of <n>ms exceeded', 'timeout of 3000ms exceeded', 'timeout of 1.5ms exceeded'],
    ['GET /users/<n>/orders failed', 'GET /users/17/orders failed', 'GET /users/u9-x/orders failed'],
    ['Cannot read properties of undefined (reading <text>)', "Cannot read properties of undefined (reading 'id')"],
    ['Unexpected token <text> at <time>', 'Unexpected token "x" at 2026-11-23T18:16:07.123Z'],
    ['no key for <email>', 'no key for a.b@example.test'],
    ['bad pointer <hex>', 'bad pointer 0xdeadbeef', 'bad pointer 5f3a9c0b1d2e'],
    ['worker-<n> died', 'worker-7 died', 'worker-12 died'],
  ]) {
    for (const message of messages) t.equal(shapeOf(message ?? ''), shape, message)
  }
  t.not(shapeOf('db timeout'), shapeOf('payment declined'))
  t.equal(shapeOf("it doesn’t matter, it isn't ours"), "it doesn’t matter, it isn't ours")
  t.end()
})

t.test('is short, well-formed, and its own shape, whatever the message is', (t) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 500 }),
    fc.string({
      unit: fc.constantFrom('a', '1', '.', ':', '-', '"', "'", '/', ' ', '@', '<', '>', 'n', '[', ']'),
      maxLength: 500,
    }),
  )
  fc.assert(
    fc.property(text, (message) => {
      const shape = shapeOf(message)
      return shape.length <= 200 && shape.isWellFormed()
    }),
    { numRuns: 500 },
  )
  t.equal(shapeOf('x'.repeat(10_000_000)).length, 200)
  for (const hostile of ['1.', '1:', 'a@', '"', "'", '0-', '/1', '[:', 'a.b@']) shapeOf(hostile.repeat(1_000_000))
  t.end()
})
