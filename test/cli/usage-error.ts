import t from 'tap'
import { asUsage, UsageError } from '../../src/cli/usage-error.js'
import { ConfigError } from '../../src/errors.js'

t.test('is told from an error of a command', async (t) => {
  t.match(new UsageError('no'), { name: 'UsageError', message: 'no' })
})

t.test('is what is made of bad options', async (t) => {
  t.match(asUsage(new ConfigError([{ path: 'url', message: 'no url' }])), { name: 'UsageError', message: 'no url' })
  const other = new Error('no')
  t.equal(asUsage(other), other)
})
