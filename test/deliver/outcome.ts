import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { HttpClient } from '../../src/deliver/http-client.js'
import { describeOutcome, type Outcome, outcomeOfAnswer, outcomeOfError } from '../../src/deliver/outcome.js'
import { certificate } from '../fixtures/certificates.js'
import { freePort } from '../fixtures/redis.js'

function open(t: Test): (url: string) => Promise<Outcome> {
  const http = new HttpClient({ allowPrivate: true })
  t.teardown(() => http.close())
  return (url) =>
    http
      .post({ url, headers: {}, body: 'x', sentAtMs: Date.now(), timeoutMs: 3000 })
      .then(outcomeOfAnswer, outcomeOfError)
}

async function listen(t: Test, server: ReturnType<typeof createTcpServer>): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('every status from 200 to 599 means exactly one thing', async (t) => {
  const expected = (status: number): Outcome => {
    if (status < 300) return { kind: 'delivered', status }
    if (status < 400) return { kind: 'rejected', reason: 'redirect', status }
    if (status === 408 || status === 425) return { kind: 'retry', reason: 'timeout', status }
    if (status === 429) return { kind: 'retry', reason: 'rateLimited', status }
    return status < 500
      ? { kind: 'rejected', reason: 'clientError', status }
      : { kind: 'retry', reason: 'serverError', status }
  }
  const answer: RequestListener = (request, response) => response.writeHead(Number(request.url?.slice(1))).end()
  const host = await listen(t, createServer(answer))
  const post = open(t)
  for (let status = 200; status < 600; status += 1) {
    t.strictSame(await post(`http://${host}/${status}`), expected(status), `${status}`)
  }
  t.match(await post(`http://${host}/999`), { kind: 'rejected' }, 'and what is no status of HTTP is rejected')
})

t.test('keeps what the receiver asked for beside what is retried, and there alone', (t) => {
  t.strictSame(outcomeOfAnswer({ status: 429, retryAfterMs: 5000, text: '' }), {
    kind: 'retry',
    reason: 'rateLimited',
    status: 429,
    retryAfterMs: 5000,
  })
  t.match(outcomeOfAnswer({ status: 503, retryAfterMs: 5000, text: '' }), { retryAfterMs: 5000 })
  for (const status of [200, 301, 404, 410])
    t.notOk('retryAfterMs' in outcomeOfAnswer({ status, retryAfterMs: 5000, text: '' }))
  t.end()
})

t.test('failures of real connections: those of the way are retried, those of the config are not', async (t) => {
  const network = { kind: 'retry', reason: 'network' }
  const wrongCertificate = { kind: 'rejected', reason: 'certificate' }
  const tcp = async (onRequest: (socket: Socket) => void): Promise<string> =>
    `http://${await listen(
      t,
      createTcpServer((socket) => {
        socket.on('error', () => socket.destroy())
        socket.once('data', () => onRequest(socket))
      }),
    )}`
  const tls = async (name: 'self-signed' | 'wrong-name' | 'expired'): Promise<string> =>
    listen(t, createSecureServer(certificate(name)))
  const rows: [name: string, url: string, expected: object][] = [
    ['a name that there is not', 'http://no-such-host.invalid/', { kind: 'retry', reason: 'dns' }],
    ['nobody listens', `http://127.0.0.1:${await freePort()}/`, { kind: 'retry', reason: 'refused' }],
    ['RST', await tcp((socket) => socket.resetAndDestroy()), network],
    ['FIN', await tcp((socket) => socket.end()), network],
    [
      'RST in mid-headers',
      await tcp((socket) => socket.write('HTTP/1.1 200 OK\r\nx', () => socket.resetAndDestroy())),
      network,
    ],
    ['FIN in mid-headers', await tcp((socket) => socket.end('HTTP/1.1 200 OK\r\nx')), network],
    ['no HTTP', await tcp((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')), network],
    [
      'too many headers',
      await tcp((socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`)),
      network,
    ],
    [
      'another protocol',
      await tcp((socket) =>
        socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      ),
      network,
    ],
    ['no answer', await tcp(() => {}), { kind: 'retry', reason: 'unanswered' }],
    [
      'https to http',
      (await tcp((socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n'))).replace('http', 'https'),
      { kind: 'retry', reason: 'tls' },
    ],
    ['http to https', `http://${await tls('self-signed')}`, network],
    ['self-signed', `https://${await tls('self-signed')}`, wrongCertificate],
    ['of an unknown authority', `https://${await tls('wrong-name')}`, wrongCertificate],
    ['no URL', 'nonsense', { kind: 'rejected', reason: 'request' }],
    ['no http', 'ftp://127.0.0.1/', { kind: 'rejected', reason: 'request' }],
  ]
  const post = open(t)
  await Promise.all(rows.map(async ([name, url, expected]) => t.strictSame(await post(url), expected, name)))
  const immediate = createTcpServer((socket) => socket.resetAndDestroy())
  t.strictSame(await post(`http://${await listen(t, immediate)}`), network, 'RST before the request')
})

t.test('failures without a status are told by name and code', (t) => {
  const error = (code: string): Error => Object.assign(new Error('connect to 10.0.0.1:443'), { code })
  const rows: [unknown, string][] = [
    ...[
      'ECONNRESET',
      'EPIPE',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'EMFILE',
      'UND_ERR_SOCKET',
      'UND_ERR_HEADERS_OVERFLOW',
      'HPE_INVALID_CONSTANT',
    ].map((code): [unknown, string] => [error(code), 'network']),
    ...['ENOTFOUND', 'ENODATA', 'EAI_AGAIN', 'EAI_FAIL'].map((code): [unknown, string] => [error(code), 'dns']),
    ...['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'].map((code): [unknown, string] => [error(code), 'tls']),
    [error('ECONNREFUSED'), 'refused'],
    [error('ERR_LOGSIREN_UNANSWERED'), 'unanswered'],
    [error('ERR_LOGSIREN_PROXY_TROUBLE'), 'proxy'],
    [Object.assign(error('ERR_LOGSIREN_PROXY_TROUBLE'), { cause: error('ECONNREFUSED') }), 'proxy'],
    ...[
      'ETIMEDOUT',
      'UND_ERR_CONNECT_TIMEOUT',
      'UND_ERR_HEADERS_TIMEOUT',
      'UND_ERR_BODY_TIMEOUT',
      'ERR_TLS_HANDSHAKE_TIMEOUT',
    ].map((code): [unknown, string] => [error(code), 'timeout']),
    [new DOMException('The operation was aborted', 'TimeoutError'), 'timeout'],
    [new Error('unknown'), 'network'],
    ['not even an error', 'network'],
    ...[
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
      'CERT_NOT_YET_VALID',
      'CERT_REVOKED',
      'INVALID_CA',
      'INVALID_PURPOSE',
      'PATH_LENGTH_EXCEEDED',
      'HOSTNAME_MISMATCH',
    ].map((code): [unknown, string] => [error(code), 'certificate']),
    [error('ERR_LOGSIREN_ADDRESS'), 'address'],
    [error('ERR_LOGSIREN_PROXY'), 'proxy'],
    [error('UND_ERR_INVALID_ARG'), 'request'],
    [Object.assign(new Error('wrapped'), { cause: error('CERT_HAS_EXPIRED') }), 'certificate'],
  ]
  for (const [failure, reason] of rows) t.match(outcomeOfError(failure), { reason }, String(failure))
  const distrusted = Object.assign(error('ERR_LOGSIREN_PROXY_TROUBLE'), { cause: error('CERT_HAS_EXPIRED') })
  t.strictSame(outcomeOfError(distrusted), { kind: 'rejected', reason: 'proxy' })
  t.end()
})

t.test('is described without any address', (t) => {
  t.equal(describeOutcome({ kind: 'delivered', status: 204 }), 'status 204')
  t.equal(describeOutcome({ kind: 'retry', reason: 'serverError', status: 503 }), 'serverError, status 503')
  t.equal(describeOutcome({ kind: 'retry', reason: 'network' }), 'network')
  t.equal(describeOutcome({ kind: 'rejected', reason: 'clientError', status: 410 }), 'clientError, status 410')
  const said = { kind: 'rejected', reason: 'clientError', status: 403, answer: 'invalid_token' } as const
  t.equal(describeOutcome(said), 'clientError, status 403: invalid_token')
  t.end()
})
