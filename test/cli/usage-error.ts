import t from 'tap'
import { UsageError } from '../../src/cli/usage-error.js'

t.test('is told from an error of a command', async (t) => {
  t.match(new UsageError('no'), { name: 'UsageError', message: 'no' })
})
