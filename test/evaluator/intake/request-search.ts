import t from 'tap'
import type { Match } from '../../../src/config/options.js'
import { requestMatch, requestSearchOf, takesAnyRequest } from '../../../src/evaluator/intake/request-search.js'
import { rule } from '../../fixtures/store-bench.js'

t.test('a request need not meet conditions on what tells an error apart, however they are spelled', (t) => {
  const match: Match = {
    level: { gte: 'error' },
    'log.level': 'fatal',
    severity: { not: 'INFO' },
    statusCode: { not: { gte: 503 } },
    status_code: 502,
    errorMessage: { regex: 'timeout' },
    error_message: { not: 'x' },
    kind: 'DbError',
    model: 'pay',
    'req.method': { not: 'OPTIONS' },
  }
  t.strictSame(requestMatch(match), { model: 'pay', 'req.method': { not: 'OPTIONS' } })
  t.strictSame(requestMatch(undefined), {})
  t.end()
})

t.test('lines are read where a rule that asks for requests looks at them', (t) => {
  const asking = { ...rule, percent: 5 }
  const [byModel, grouped] = [
    { ...asking, match: { model: 'pay' } },
    { ...asking, groupBy: ['model'] },
  ]
  t.equal(takesAnyRequest({ ...asking, match: { statusCode: 503 } }), true)
  t.equal(requestSearchOf([rule, { ...rule, match: { model: 'pay' } }]), 'none')
  t.equal(requestSearchOf([{ ...rule, groupBy: ['model'] }, asking]), 'unread')
  t.equal(requestSearchOf([asking, byModel]), 'read')
  t.equal(requestSearchOf([asking, grouped]), 'read')
  t.end()
})
