import { inspect } from 'node:util'
import t from 'tap'
import { reasonError, reasonOf } from '../../../src/store/connection/reasons.js'

t.test('says what is wrong in words that a person can act on', (t) => {
  for (const [text, reason] of [
    ["Stream isn't writeable and enableOfflineQueue options is false", /^not connected$/],
    ['Command timed out', /no answer/],
    ['Connection is closed.', /lost/],
    ['NOAUTH Authentication required.', /password is required/],
    ['ERR Protocol error: unauthenticated multibulk length', /password is required/],
    ['All sentinels are unreachable and retry is disabled.', /no Sentinel/],
    ['WRONGPASS invalid username-password pair or user is disabled.', /password is wrong/],
    ["ERR wrong number of arguments for 'auth' command", /without a user name/],
    ['MOVED 9544 10.0.0.1:7001', /connect as a Cluster/],
    ["CROSSSLOT Keys in request don't hash to the same slot", /connect as a Cluster/],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', /another `configKey`/],
    ["ERR Error running script: -READONLY You can't write against a read only replica.", /read-only replica/],
    ["NOPERM this user has no permissions to run the 'evalsha' command", /NOPERM.*'evalsha'/],
    ["OOM command not allowed when used memory > 'maxmemory'.", /OOM.*maxmemory/],
    ['LOADING Redis is loading the dataset in memory', /LOADING.*loading/],
    ['Unknown RESP type 72 "H". Please report this.', /does not speak/],
    ['connect ECONNREFUSED 127.0.0.1:6379', /ECONNREFUSED 127.0.0.1:6379/],
  ] as const) {
    t.match(reasonOf(new Error(text)), reason, text)
  }
  t.end()
})

t.test('holds no password and no URL', (t) => {
  const unknown = new Error("ERR unknown command 'AUTH', with args beginning with: 'user' 's3cret' ")
  t.equal(reasonOf(unknown), "ERR unknown command 'AUTH'")
  t.equal(reasonOf(new Error('cannot reach redis://:s3cret@h/1 now')), 'cannot reach … now')
  const error = Object.assign(new Error('OOM'), { command: { name: 'evalsha', args: ['s3cret'] } })
  const told = reasonError(error)
  t.equal(told.message, 'OOM')
  t.equal(told.cause, error)
  t.notMatch(JSON.stringify(error), /s3cret/)
  const quoting = new Error("ERR unknown command 'EVALSHA', with args beginning with: 's3cret' ")
  const cluster = Object.assign(new Error('all failed', { cause: quoting }), {
    lastNodeError: Object.assign(new Error("to redis://:s3cret@h/1: x, with args beginning with: 's3cret'"), {
      command: { args: ['s3cret'] },
    }),
    errors: [new Error('cannot reach redis://:s3cret@h/1')],
  })
  for (const one of [unknown, quoting, cluster]) t.notMatch(inspect(reasonError(one), { depth: 9 }), /s3cret/)
  t.match(reasonError(quoting).cause, { message: "ERR unknown command 'EVALSHA'" }, 'what is left says why')
  const [frozen, loop] = [Object.freeze(new Error('redis://:s3cret@h')), new Error('x')]
  loop.cause = loop
  t.equal(reasonError(frozen).cause, undefined, 'what cannot be cleaned is left out')
  t.equal(reasonError(loop).cause, loop)
  t.equal(reasonError('a text').message, 'a text')
  t.end()
})

t.test('finds the reason where Node and ioredis hide it', (t) => {
  const refused = new Error('connect ECONNREFUSED ::1:6379')
  t.equal(reasonOf(new AggregateError([refused, refused])), refused.message, 'a name with two addresses')
  t.equal(reasonOf(new AggregateError([])), 'unknown')
  const cluster = Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: new Error('NOAUTH x') })
  t.equal(reasonOf(cluster), 'a password is required (NOAUTH)')
  t.equal(reasonOf('a text'), 'a text')
  t.end()
})
