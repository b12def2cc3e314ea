import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { outcomeOfError } from '../../src/deliver/outcome.js'
import { openTunnel } from '../../src/deliver/tunnel.js'
import { startConnectProxy } from '../fixtures/connect-proxy.js'
import { freePort } from '../fixtures/redis.js'

const destination = { protocol: 'https:', hostname: 'a.invalid', port: '' }

/** Ends a socket that takes longer to connect, as whoever opens a tunnel does. */
const within =
  (ms: number) =>
  (socket: Socket): (() => void) => {
    const timer = setTimeout(() => socket.destroy(new DOMException('No answer', 'TimeoutError')), ms)
    return () => clearTimeout(timer)
  }

/** A server of lines that greets before it is spoken to. */
async function startGreeter(t: Test): Promise<string> {
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  return typeof address === 'object' ? `${address?.port}` : ''
}

t.test('gives a socket to the destination, nothing of it lost', async (t) => {
  const proxy = await startConnectProxy(t)
  const port = await startGreeter(t)
  const socket = await openTunnel(new URL(proxy.url), { ...destination, port }, within(3000))
  t.teardown(() => socket.destroy())
  let text = ''
  for await (const chunk of socket) text += chunk
  t.equal(text, 'hello')
  t.strictSame(proxy.asked, [`CONNECT a.invalid:${port}`])
  proxy.answerWith((client) => void client.end('HTTP/1.1 200 OK\r\n\r\nearly'))
  const early = await openTunnel(new URL(proxy.url), { ...destination, port }, within(3000))
  t.teardown(() => early.destroy())
  const [chunk] = await once(early, 'data')
  t.equal(String(chunk), 'early', 'what comes with the proxy’s answer')
})

t.test('asks for the protocol’s own port, and shows the proxy its user info alone', async (t) => {
  const proxy = await startConnectProxy(t)
  proxy.answerWith(403)
  const ask = (userInfo: string, protocol = 'https:'): Promise<unknown> =>
    openTunnel(new URL(proxy.url.replace('//', `//${userInfo}`)), { ...destination, protocol }, within(3000)).catch(
      () => {},
    )
  for (const userInfo of ['', 'u:p%40ss@', 'token@']) await ask(userInfo)
  await ask('', 'http:')
  t.strictSame(proxy.asked, [...new Array<string>(3).fill('CONNECT a.invalid:443'), 'CONNECT a.invalid:80'])
  t.strictSame(
    proxy.headers.map((headers) => headers['proxy-authorization']),
    [undefined, `Basic ${btoa('u:p@ss')}`, `Basic ${btoa('token:')}`, undefined],
  )
})

t.test('says what kind of failure it was, once, after one connection', async (t) => {
  const proxy = await startConnectProxy(t)
  const rows: [answer: number | ((socket: Socket) => void), expected: object][] = [
    [407, { kind: 'rejected', reason: 'proxy' }],
    [403, { kind: 'rejected', reason: 'proxy' }],
    [302, { kind: 'rejected', reason: 'proxy' }],
    [429, { kind: 'retry', reason: 'proxy' }],
    [502, { kind: 'retry', reason: 'proxy' }],
    [504, { kind: 'retry', reason: 'proxy' }],
    [(socket) => socket.end(), { kind: 'retry', reason: 'proxy' }],
    [(socket) => socket.resetAndDestroy(), { kind: 'retry', reason: 'proxy' }],
    [(socket) => socket.end('nonsense\r\n\r\n'), { kind: 'retry', reason: 'proxy' }],
    [() => {}, { kind: 'retry', reason: 'proxy' }],
    [(socket) => socket.write('HTTP/1.1 200 OK\r\nx: '), { kind: 'retry', reason: 'proxy' }],
  ]
  for (const [index, [answer, expected]] of rows.entries()) {
    proxy.answerWith(answer)
    const failure = await openTunnel(new URL(proxy.url), destination, within(100)).catch((error: unknown) => error)
    t.strictSame(outcomeOfError(failure), expected, String(answer))
    t.notMatch(String(failure), /invalid|127\.0/, 'without an address')
    t.equal(proxy.connections(), index + 1)
  }
  const dead = await openTunnel(new URL(`http://127.0.0.1:${await freePort()}`), destination, within(3000)).catch(
    outcomeOfError,
  )
  t.strictSame(dead, { kind: 'retry', reason: 'proxy' })
})
