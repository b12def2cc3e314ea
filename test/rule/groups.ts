import t from 'tap'
import { Groups, isOverflow, OVERFLOW } from '../../src/rule/groups.js'
import { fc } from '../fixtures/properties.js'
import { rule } from '../fixtures/store-bench.js'

const grouped = { ...rule, groupBy: ['model', 'app.area'], maxGroups: 3 }

t.test('each distinct list of values is a group of its own, whatever its values look like', (t) => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('a,b', 'c', 'a', 'b,c', '1', 'null', ''),
    fc.integer(),
    fc.constant(null),
  )
  fc.assert(
    fc.property(fc.tuple(value, value), fc.tuple(value, value), (one, other) => {
      const groups = new Groups({ ...grouped, maxGroups: 10 })
      const [a, b] = [groups.of(one, 0), groups.of(other, 0)]
      return (a.id === b.id) === (JSON.stringify(one) === JSON.stringify(other)) && groups.of(one, 1) === a
    }),
  )
  t.end()
})

t.test('tells its values, long ones cut, and keys that fit into the name of a Redis key', (t) => {
  const groups = new Groups(grouped)
  t.strictSame(groups.of(['m-1', null], 0).groupValues, { model: 'm-1', 'app.area': null })
  const [one, other] = [groups.of([`${'x'.repeat(10_000)}1`, 1], 0), groups.of([`${'x'.repeat(10_000)}2`, 1], 0)]
  t.not(one.id, other.id)
  t.equal(String(one.groupValues?.['model']).length, 256)
  t.match(one.groupKey, /^[\w-]{22}$/)
  t.end()
})

t.test('has room for so many live groups, and one group for all others', (t) => {
  const groups = new Groups(grouped)
  const live = ['a', 'b', 'c'].map((model) => groups.of([model, null], 0))
  for (const model of ['d', 'e']) {
    const series = groups.of([model, null], 1000)
    t.ok(isOverflow(series))
    t.strictSame(series.groupValues, { model: OVERFLOW, 'app.area': OVERFLOW })
  }
  t.notOk(live.some(isOverflow))
  t.notOk(isOverflow(new Groups(grouped).of([OVERFLOW, OVERFLOW], 0)), 'a value that is called so is a group like any')
  groups.of(['b', null], 30_000)
  t.notOk(isOverflow(groups.of(['d', null], 60_000)), 'a window after its last error a group makes room')
  t.notOk(isOverflow(groups.of(['e', null], 60_000)))
  t.ok(isOverflow(groups.of(['f', null], 60_000)), 'one that went on has its place')
  t.equal(groups.of(['b', null], 60_001), live[1])
  t.end()
})
