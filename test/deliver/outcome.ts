import t from 'tap'
import { describeOutcome, type Outcome, outcomeOfError, outcomeOfStatus } from '../../src/deliver/outcome.js'

t.test('every status from 200 to 599 means exactly one thing', (t) => {
  const expected = (status: number): string => {
    if (status < 300) return 'delivered'
    if (status < 400) return 'rejected redirect'
    if (status === 408 || status === 425) return 'retry timeout'
    if (status === 429) return 'retry rateLimited'
    return status < 500 ? 'rejected clientError' : 'retry serverError'
  }
  const shown = (outcome: Outcome): string =>
    outcome.kind === 'delivered' ? 'delivered' : `${outcome.kind} ${outcome.reason}`
  for (let status = 200; status < 600; status += 1) {
    const outcome = outcomeOfStatus(status)
    if (shown(outcome) !== expected(status) || outcome.status !== status) t.fail(`${status}: ${shown(outcome)}`)
  }
  t.pass('all of them')
  t.end()
})

t.test('failures without a status are told by name and code', (t) => {
  const error = (code: string): Error => Object.assign(new Error('connect to 10.0.0.1:443'), { code })
  const rows: [unknown, string][] = [
    ...['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_SOCKET'].map(
      (code): [unknown, string] => [error(code), 'network'],
    ),
    ...['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'].map(
      (code): [unknown, string] => [error(code), 'timeout'],
    ),
    [new DOMException('The operation was aborted', 'TimeoutError'), 'timeout'],
    [new Error('unknown'), 'network'],
    ['not even an error', 'network'],
    ...[
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'SELF_SIGNED_CERT_IN_CHAIN',
    ].map((code): [unknown, string] => [error(code), 'certificate']),
    [error('ERR_LOGSIREN_ADDRESS'), 'address'],
    [error('UND_ERR_INVALID_ARG'), 'request'],
    [Object.assign(new Error('wrapped'), { cause: error('CERT_HAS_EXPIRED') }), 'certificate'],
  ]
  for (const [failure, reason] of rows) t.match(outcomeOfError(failure), { reason }, String(failure))
  t.end()
})

t.test('is described without any address', (t) => {
  t.equal(describeOutcome({ kind: 'delivered', status: 204 }), 'status 204')
  t.equal(describeOutcome({ kind: 'retry', reason: 'serverError', status: 503 }), 'serverError, status 503')
  t.equal(describeOutcome({ kind: 'retry', reason: 'network' }), 'network')
  t.end()
})
