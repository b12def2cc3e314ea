import t from 'tap'
import * as v from 'valibot'
import { MAX_RULES, rulesOf } from '../../../src/config/checks/rules.js'

const schema = rulesOf(v.object({ name: v.string() }))
const list = (length: number): object[] => Array.from({ length }, (_, i) => ({ name: `r${i}` }))

t.test('takes as many rules as it promises', async (t) => {
  t.equal(MAX_RULES, 100)
  t.ok(v.safeParse(schema, []).success)
  t.ok(v.safeParse(schema, list(MAX_RULES)).success)
  t.notOk(v.safeParse(schema, list(MAX_RULES + 1)).success)
})

t.test('points at every rule that takes a name again', async (t) => {
  const { issues = [] } = v.safeParse(schema, [{ name: 'a' }, { name: 'b' }, { name: 'a' }, { name: 'b' }])
  t.strictSame(
    issues.map((issue) => v.getDotPath(issue)),
    ['2.name', '3.name'],
  )
})
