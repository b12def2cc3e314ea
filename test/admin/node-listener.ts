import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import express from 'express'
import t, { type Test } from 'tap'
import { openAdmin } from '../../src/admin/admin.js'
import { type NodeListener, nodeListener } from '../../src/admin/node-listener.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)
const path = '/admin/logs/webhook'

async function serve(
  t: Test,
  wrap: (listener: NodeListener) => NodeListener = (listener) => listener,
): Promise<number> {
  const admin = openAdmin({ redis: redis.url, configKey: redis.newConfigKey(), token: 'tok' })
  const server = createServer(wrap(nodeListener(admin))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await admin.close()
  })
  return (server.address() as AddressInfo).port
}

const headers = { authorization: 'Bearer tok', 'content-type': 'application/json' }

t.test('what is not its path goes on, or is not found', async (t) => {
  const alone = await serve(t)
  t.equal((await fetch(`http://127.0.0.1:${alone}/`)).status, 404)
  const port = await serve(
    t,
    (listener) => (request, response) => listener(request, response, () => response.end('next')),
  )
  t.equal(await (await fetch(`http://127.0.0.1:${port}/other`)).text(), 'next')
  t.equal((await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status, 200)
})

t.test('among others it answers at its own path alone, or below where it is mounted', async (t) => {
  const app = express()
  const admin = openAdmin({ redis: redis.url, configKey: redis.newConfigKey(), authorize: () => true })
  const whole = openAdmin({ redis: redis.url, configKey: redis.newConfigKey(), authorize: () => true, path: '/' })
  app.use('/admin', (_request, response) => response.end('guarded'))
  app.use(nodeListener(admin))
  app.use('/deep/er', nodeListener(admin))
  app.use('/whole', nodeListener(whole))
  app.use((_request, response) => response.end('next'))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await Promise.all([admin.close(), whole.close()])
  })
  const { port } = server.address() as AddressInfo
  const answer = (target: string): Promise<string> =>
    new Promise((resolve, reject) => {
      // As it is: fetch would tidy it up.
      const asked = httpRequest(
        { port, host: '127.0.0.1', path: target, headers: { connection: 'close' } },
        (given) => {
          given.setEncoding('utf8')
          let text = ''
          given.on('data', (part) => {
            text += part
          })
          given.on('end', () => resolve(`${given.headers['content-type']} ${text}`))
        },
      )
      asked.on('error', reject).end()
    })
  t.match(await answer(path), /guarded$/)
  for (const around of [`/x${path}`, `//x${path}`, `/x/..${path}`, `/x${path}/status`, `/.${path}`, `//${path}`])
    t.match(await answer(around), /next$/, around)
  for (const [target, type] of [
    [`/deep/er${path}`, /^application\/json .*"secret_set"/],
    ['/deep/er', /^application\/json .*"secret_set"/],
    ['/deep/er/status', /^application\/json .*"rows"/],
    ['/deep/er/', /^text\/html/],
    ['/whole', /^application\/json .*"secret_set"/],
    ['/whole/status?x=1', /^application\/json .*"rows"/],
    ['/whole/', /^text\/html/],
  ] as const)
    t.match(await answer(target), type, target)
})

t.test('a HEAD has a GET’s headers and no body', async (t) => {
  const port = await serve(t)
  const head = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'HEAD', headers })
  t.equal(head.status, 200)
  t.match(head.headers.get('etag'), /^"\d+"$/)
  t.equal(await head.text(), '')
})

t.test('what others have read of a body is used; what nobody can read is no JSON', async (t) => {
  const parsed = await serve(t, (listener) => async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    listener(Object.assign(request, { body: JSON.parse(body) }), response)
  })
  const put = (port: number, body: string | ReadableStream = '{"url":"https://a.test/"}'): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: 'PUT', headers, body, duplex: 'half' } as RequestInit)
  t.equal((await put(parsed)).status, 200)
  const chunked = new Blob([JSON.stringify({ url: 'x'.repeat(70_000) })]).stream()
  t.equal((await put(parsed, chunked)).status, 413, 'its parser takes more than we do')
  const raw = await serve(t, (listener) => async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    listener(Object.assign(request, { body: Buffer.concat(chunks) }), response)
  })
  t.equal((await put(raw)).status, 200)
  const swallowed = await serve(t, (listener) => async (request, response) => {
    for await (const _ of request);
    listener(request, response)
  })
  t.equal((await put(swallowed)).status, 400, 'it does not hang')
})

t.test('a body that is too long is refused as it comes, chunked or not', async (t) => {
  const port = await serve(t)
  const send = async (extra: Record<string, string>, sent: number): Promise<IncomingMessage> => {
    const request = httpRequest({ port, path, method: 'PUT', headers: { ...headers, ...extra } })
    request.on('error', () => {})
    request.write('x'.repeat(sent))
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    request.destroy()
    return response
  }
  t.equal((await send({ 'transfer-encoding': 'chunked' }, 70_000)).statusCode, 413)
  t.equal((await send({ 'content-length': '1000000' }, 10)).statusCode, 413, 'before it has come')
  t.equal(
    (await send({ authorization: 'Bearer no', 'content-length': '1000000' }, 10)).statusCode,
    401,
    'nor is it read',
  )
})

t.test('strange requests are answered, and none of them ends the server', async (t) => {
  const port = await serve(t)
  const ask = async (text: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    socket.write(text)
    let answer = ''
    for await (const chunk of socket) {
      answer += String(chunk)
      if (answer.includes('\r\n')) break
    }
    return answer.split('\r\n')[0] ?? ''
  }
  t.match(await ask(`GET http://[bad${path} HTTP/1.1\r\nHost: a\r\n\r\n`), /404/)
  t.match(await ask(`GET ${path} HTTP/1.1\r\nHost: ]bad[\r\nAuthorization: Bearer tok\r\n\r\n`), /200/)
  t.match(
    await ask(`GET ${path} HTTP/1.1\r\nHost: a\r\nX-B\xe4d: \x01\r\nAuthorization: Bearer tok\r\n\r\n`),
    /200|400/,
  )
  t.match(await ask(`GET ${path}/../..//${path} HTTP/1.1\r\nHost: a\r\n\r\n`), /401|404/)
  t.equal((await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status, 200)
})

t.test('a client that goes away in the middle is nobody’s error', async (t) => {
  const port = await serve(t)
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `PUT ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer tok\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`,
  )
  await once(socket, 'connect')
  socket.destroy()
  t.equal((await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status, 200)
})
