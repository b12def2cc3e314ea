// Receivers that answer in every way they should not: each attempt ends in time, reads little, and calls nobody else.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { HttpClient } from '../../src/deliver/http-client.js'
import { type Outcome, outcomeOfAnswer, outcomeOfError } from '../../src/deliver/outcome.js'
import { startReceiver } from '../fixtures/receiver.js'

const MEBIBYTE = 1_048_576
const TOO_LONG_MS = 20_000

interface Hostile {
  readonly url: string
  /** Bytes that left for the client, or wait in our buffers to do so. */
  readonly written: () => number
  readonly connections: () => number
}

async function startHostile(t: Test, onRequest: (socket: Socket) => void): Promise<Hostile> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    socket.once('data', () => onRequest(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    written: () => sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0),
    connections: () => sockets.length,
  }
}

/** Writes a piece again and again, as fast as it is read, until there were so many or the other side has had enough. */
function pour(socket: Socket, piece: string, count = Infinity): void {
  let left = count
  const more = (): void => {
    while (!socket.destroyed && left > 0) {
      left -= 1
      if (!socket.write(piece)) return
    }
  }
  socket.on('drain', more)
  more()
}

function drip(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 100)
  socket.on('close', () => clearInterval(timer))
}

/** One attempt, within a time that only a broken bound takes. */
async function post(t: Test, url: string): Promise<Outcome | 'too long'> {
  const http = new HttpClient({ allowPrivate: true })
  t.teardown(() => http.close())
  const attempt = http
    .post({ url, headers: {}, body: 'x', sentAtMs: 0, timeoutMs: 3000 })
    .then(outcomeOfAnswer, outcomeOfError)
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<'too long'>((resolve) => {
    timer = setTimeout(resolve, TOO_LONG_MS, 'too long')
  })
  const outcome = await Promise.race([attempt, deadline])
  clearTimeout(timer)
  return outcome
}

const ok = { kind: 'delivered', status: 200 }
const timeout = { kind: 'retry', reason: 'timeout' }
const network = { kind: 'retry', reason: 'network' }
const head = 'HTTP/1.1 200 OK\r\n'

const rows: readonly (readonly [name: string, expected: object, onRequest: (socket: Socket) => void])[] = [
  ['hangs', timeout, () => {}],
  ['drips a status', timeout, (socket) => socket.write('HTTP/1.1 200 O', () => drip(socket, 'O'))],
  ['drips headers', timeout, (socket) => socket.write(head, () => drip(socket, 'x: y\r\n'))],
  ['sends endless headers', network, (socket) => socket.write(head, () => pour(socket, `x: ${'y'.repeat(1000)}\r\n`))],
  ['sends one endless header', network, (socket) => socket.write(`${head}x: `, () => pour(socket, 'y'.repeat(1000)))],
  ['sends endless 1xx', network, (socket) => pour(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')],
  ['drips a body for ever', ok, (socket) => socket.write(`${head}\r\n`, () => drip(socket, 'x'))],
  ['never ends its chunks', ok, (socket) => socket.write(`${head}transfer-encoding: chunked\r\n\r\n1\r\nx\r\n`)],
  [
    'sends 100 MiB',
    ok,
    (socket) => {
      socket.write(`${head}content-length: ${100 * MEBIBYTE}\r\n\r\n`)
      pour(socket, 'x'.repeat(65_536), 1600)
    },
  ],
  ['sends without end', ok, (socket) => socket.write(`${head}\r\n`, () => pour(socket, 'x'.repeat(65_536)))],
  [
    'resets in mid-body',
    ok,
    (socket) => socket.write(`${head}content-length: 9\r\n\r\nx`, () => setTimeout(() => socket.resetAndDestroy(), 50)),
  ],
  ['closes in mid-body', ok, (socket) => socket.end(`${head}content-length: 9\r\n\r\nx`)],
  ['breaks its chunks', ok, (socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\nnonsense\r\n`)],
  ['claims to compress', ok, (socket) => socket.end(`${head}content-encoding: gzip\r\ncontent-length: 2\r\n\r\nxx`)],
  ['answers after 5 s', timeout, (socket) => setTimeout(() => socket.end(`${head}\r\n`), 5000).unref()],
  // undici takes a 100 that nobody asked for as an error.
  [
    'says continue first',
    network,
    (socket) => socket.end(`HTTP/1.1 100 Continue\r\n\r\n${head}content-length: 0\r\n\r\n`),
  ],
  ['gives hints first', ok, (socket) => socket.end(`HTTP/1.1 103 Early Hints\r\n\r\n${head}content-length: 0\r\n\r\n`)],
  ['speaks HTTP/1.0', ok, (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nwithout length')],
  ['answers before it is asked all', ok, (socket) => socket.end(`${head}content-length: 0\r\n\r\n`)],
]

t.test('ends in time and reads little where a receiver', { jobs: 4 }, (t) => {
  for (const [name, expected, onRequest] of rows) {
    t.test(name, async (t) => {
      const hostile = await startHostile(t, onRequest)
      t.strictSame(await post(t, hostile.url), expected)
      t.equal(hostile.connections(), 1)
      t.ok(hostile.written() < 8 * MEBIBYTE, `${hostile.written()} bytes, most of them in buffers`)
    })
  }
  t.end()
})

t.test('follows no redirect, wherever it leads', async (t) => {
  const [receiver, other] = [await startReceiver(t), await startReceiver(t)]
  for (const status of [301, 302, 303, 307, 308]) {
    for (const location of ['http://169.254.169.254/', other.url, '/again', 'https://user:pass@a.invalid/']) {
      receiver.answerWith((_request, response) => response.writeHead(status, { location }).end())
      t.strictSame(await post(t, receiver.url), { kind: 'rejected', reason: 'redirect', status })
    }
  }
  t.equal(receiver.received.length, 20)
  t.equal(other.received.length, 0)
})
