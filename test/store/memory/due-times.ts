import t from 'tap'
import { DueTimes } from '../../../src/store/memory/due-times.js'
import { fc } from '../../fixtures/properties.js'

t.test('tells what a model tells that looks at all of them', (t) => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), id: fc.nat({ max: 5 }), atMs: fc.nat({ max: 50 }) }),
    fc.record({ kind: fc.constant('delete' as const), id: fc.nat({ max: 5 }), atMs: fc.constant(0) }),
    fc.record({ kind: fc.constant('look' as const), id: fc.constant(0), atMs: fc.nat({ max: 60 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const times = new DueTimes()
      const model = new Map<string, number>()
      for (const { kind, id, atMs } of steps) {
        if (kind === 'set') {
          times.set(`${id}`, atMs)
          model.set(`${id}`, atMs)
        } else if (kind === 'delete') {
          times.delete(`${id}`)
          model.delete(`${id}`)
        } else {
          const due = [...model].filter(([, dueMs]) => dueMs <= atMs).sort(([, a], [, b]) => a - b)
          if (times.nextBy(atMs) !== due[0]?.[1]) return false
          if (times.dueBy(atMs).join() !== due.map(([due]) => due).join()) return false
        }
        if (times.has(`${id}`) !== model.has(`${id}`)) return false
      }
      return true
    }),
  )
  t.end()
})

t.test('holds more than a call takes arguments', (t) => {
  const times = new DueTimes()
  for (let i = 300_000; i > 0; i -= 1) times.set(`${i}`, i)
  t.equal(times.nextBy(0), undefined)
  t.equal(times.nextBy(1), 1)
  t.strictSame(times.dueBy(2), ['1', '2'])
  t.end()
})
