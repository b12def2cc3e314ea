import t from 'tap'
import { ConfigError, errorCodes, RedisError, warningCodes } from '../src/errors.js'

await t.test('a ConfigError lists every problem, in its message and as data', async (t) => {
  const problems = [
    { path: 'threshold', message: 'Expected `threshold` to be a number, got a list' },
    { path: 'url', message: 'Expected `url` to be a URL, got another text' },
  ]
  const error = new ConfigError(problems)
  t.ok(error instanceof Error)
  t.equal(error.name, 'ConfigError')
  t.equal(error.code, 'ERR_LOGSIREN_CONFIG')
  t.equal(error.problems, problems)
  t.equal(
    error.message,
    'logsiren: Expected `threshold` to be a number, got a list; Expected `url` to be a URL, got another text',
  )
})

await t.test('a ConfigError begins with its subject where it has one', async (t) => {
  const error = new ConfigError([{ path: '', message: 'Expected an object' }], 'bad options')
  t.equal(error.message, 'logsiren: bad options: Expected an object')
})

await t.test('a RedisError keeps what the client said as its cause', async (t) => {
  const cause = new Error('connect ECONNREFUSED')
  const error = new RedisError('Expected Redis to answer', { cause })
  t.ok(error instanceof Error)
  t.equal(error.name, 'RedisError')
  t.equal(error.code, 'ERR_LOGSIREN_REDIS')
  t.equal(error.message, 'logsiren: Expected Redis to answer')
  t.equal(error.cause, cause)
})

await t.test('codes are unique, and error codes carry the name of the package', async (t) => {
  const errors = Object.values(errorCodes)
  const warnings = Object.values(warningCodes)
  t.equal(new Set([...errors, ...warnings]).size, errors.length + warnings.length)
  for (const code of errors) t.match(code, /^ERR_LOGSIREN_[A-Z_]+$/)
  for (const code of warnings) t.match(code, /^[A-Z_]+$/)
})
