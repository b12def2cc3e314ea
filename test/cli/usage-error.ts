import t from 'tap'
import { UsageError } from '../../src/cli/usage-error.js'

t.test('is told apart from what failed', (t) => {
  t.ok(new UsageError('Expected a file') instanceof Error)
  t.notOk(new Error('failed') instanceof UsageError)
  t.end()
})
