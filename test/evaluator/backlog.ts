import t from 'tap'
import { Backlog } from '../../src/evaluator/backlog.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { rule } from '../fixtures/store-contract.js'

const record = (requestId: string, errorMessage = ''): Parameters<Backlog['add']>[1] => ({
  ...toLogRecord({ errorMessage }),
  requestId,
})

t.test('keeps rules apart, and the newest record of each', (t) => {
  const backlog = new Backlog()
  const other = { ...rule, name: 'other' }
  t.ok(backlog.isEmpty)
  backlog.add(rule, record('a'), 0, 0)
  backlog.add(rule, record('b'), 1, 1)
  backlog.add(other, record('c'), 2, 2)
  t.strictSame([backlog.isEmpty, backlog.errorsOf(rule), backlog.errorsOf(other)], [false, 2, 1])
  t.match(backlog.take(), [
    { ruleName: 'default', counts: [{ count: 2 }], newest: { requestId: 'b' } },
    { ruleName: 'other', counts: [{ count: 1 }], newest: { requestId: 'c' } },
  ])
  t.ok(backlog.isEmpty)
  t.strictSame(backlog.take(), [])
  t.end()
})

t.test('lets a later line tell more about the newest error, and not stand in for it', (t) => {
  const backlog = new Backlog()
  backlog.add(rule, record('a'), 0, 0)
  backlog.add(rule, record('b'), 0, 0)
  backlog.improve(rule, record('a', 'older'))
  t.match(backlog.take(), [{ newest: { requestId: 'b', errorMessage: '' } }])
  backlog.add(rule, record('b'), 0, 0)
  backlog.improve(rule, record('b', 'now known'))
  backlog.improve({ ...rule, name: 'unknown' }, record('b', 'x'))
  t.match(backlog.take(), [{ newest: { errorMessage: 'now known' } }])
  t.end()
})
