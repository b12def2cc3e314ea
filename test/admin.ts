// The handler where its users plug it in: node:http, Express 4 and 5, Fastify, Hono.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import express5 from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import t, { type Test } from 'tap'
import { type AdminHandler, createAdminHandler } from '../src/admin.js'
import { startReceiver } from './fixtures/receiver.js'
import { startRedis } from './fixtures/redis.js'

const redis = await startRedis(t)
const path = '/admin/logs/webhook'
// Its types would be those of another version.
const express4: typeof express5 = createRequire(import.meta.url)('express4')

function handlerFor(t: Test): AdminHandler {
  const handler = createAdminHandler({ redis: redis.url, configKey: redis.newConfigKey(), token: 'tok' })
  t.teardown(() => handler.close())
  return handler
}

async function listen(t: Test, server: Server): Promise<string> {
  if (!server.listening) await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Ask = (method: string, route: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>

/** All that an operator does, on one way to plug it in. */
async function exercise(t: Test, ask: Ask): Promise<void> {
  const receiver = await startReceiver(t)
  t.equal((await ask('GET', '', undefined, { authorization: 'Bearer no' })).status, 401)
  const blank = await ask('GET', '')
  t.match(await blank.json(), { enabled: false, secret_set: false })
  const given = { enabled: true, url: receiver.url, secret: 'canary', threshold: 3 }
  const put = await ask('PUT', '', given, { 'if-match': blank.headers.get('etag') ?? '' })
  const text = await put.text()
  t.match(JSON.parse(text), { enabled: true, url: receiver.url, threshold: 3, secret_set: true })
  t.notMatch(text, /canary/)
  t.equal((await ask('PUT', '', given, { 'if-match': blank.headers.get('etag') ?? '' })).status, 412)
  t.match(await (await ask('PUT', '', { ...given, threshold: 'x' })).json(), { errors: [{ pointer: '#/threshold' }] })
  t.match(await (await ask('POST', '/test', {})).json(), { outcome: 'delivered' })
  t.match(receiver.received, [{ headers: { authorization: 'Bearer canary' }, body: { test: true } }])
  t.match(await (await ask('GET', '/status')).json(), { rows: [{ rule: 'default', threshold: 3, count: 0 }] })
  const silence = await ask('POST', '/silences', { rule: 'default', for_seconds: 600 })
  const { id, until } = (await silence.json()) as { readonly id: string; readonly until: string }
  t.equal(silence.status, 201)
  t.match(await (await ask('GET', '/silences')).json(), [{ id, rule: 'default', until }])
  t.match(await (await ask('POST', '/silences', {})).json(), { status: 400, errors: [{ pointer: '#/for_seconds' }] })
  t.match(await (await ask('GET', '/status')).json(), {
    rows: [{ silence: { id, until, errors: 0 } }],
    silences: [{ id, mutes: 1 }],
  })
  const metrics = await (await ask('GET', '/metrics')).text()
  t.match(metrics, /^# TYPE logsiren_threshold gauge$/m)
  t.match(metrics, /^logsiren_silences 1$/m)
  t.match(metrics, /^logsiren_silenced\{rule="default"\} 1$/m)
  t.equal((await ask('DELETE', `/silences/${id}`)).status, 204)
  t.equal((await ask('DELETE', `/silences/${id}`)).status, 404)
  for (const [route, type] of [
    ['/', 'text/html; charset=utf-8'],
    ['/page.css', 'text/css; charset=utf-8'],
    ['/uplot.js', 'text/javascript; charset=utf-8'],
  ] as const) {
    const asset = await ask('GET', route, undefined, { authorization: '' })
    t.match([asset.status, asset.headers.get('content-type')], [200, type], `${route} for anybody`)
    const etag = asset.headers.get('etag') ?? ''
    t.equal((await ask('GET', route, undefined, { 'if-none-match': etag })).status, 304, route)
  }
  t.equal((await ask('PATCH', '', {})).status, 405)
  t.equal((await ask('GET', '/nothing')).status, 404)
  t.equal((await ask('DELETE', '')).status, 204)
  t.match(await (await ask('GET', '')).json(), { enabled: false })
}

function over(base: string): Ask {
  return (method, route, body, headers = {}) =>
    fetch(`${base}${route}`, {
      method,
      headers: {
        authorization: 'Bearer tok',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
}

t.test('node:http', async (t) => {
  const base = await listen(t, createServer(handlerFor(t)).listen(0, '127.0.0.1'))
  await exercise(t, over(`${base}${path}`))
})

for (const [name, express] of [
  ['Express 5', express5],
  ['Express 4', express4],
] as const) {
  t.test(`${name}, after its body parser, before it, and mounted elsewhere`, async (t) => {
    const app = express()
    app.use('/before', handlerFor(t))
    app.use(express.json())
    app.use(handlerFor(t))
    app.use('/alerts', handlerFor(t))
    const router = express.Router()
    router.use(handlerFor(t))
    app.use('/ops', router)
    app.get('/other', (_request, response) => void response.send('other'))
    const base = await listen(t, app.listen(0, '127.0.0.1'))
    await exercise(t, over(`${base}${path}`))
    await exercise(t, over(`${base}/before${path}`))
    await exercise(t, over(`${base}/alerts`))
    await exercise(t, over(`${base}/ops${path}`))
    t.equal(await (await fetch(`${base}/other`)).text(), 'other')
    t.equal((await fetch(`${base}/nowhere`)).status, 404)
  })
}

t.test('Fastify 5', async (t) => {
  const app = Fastify()
  await app.register(handlerFor(t).fastify)
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  await exercise(t, over(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}${path}`))
})

t.test('Hono', async (t) => {
  const handler = handlerFor(t)
  const app = new Hono()
  app.all(path, (context) => handler.fetch(context.req.raw))
  app.all(`${path}/*`, (context) => handler.fetch(context.req.raw))
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
  await exercise(t, over(`${await listen(t, server)}${path}`))
  t.equal((await app.request('/other')).status, 404)
})

t.test('the Fetch API alone', async (t) => {
  const handler = handlerFor(t)
  await exercise(t, (method, route, body, headers = {}) =>
    handler.fetch(
      new Request(`http://localhost${path}${route}`, {
        method,
        headers: { authorization: 'Bearer tok', 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    ),
  )
  t.equal((await handler.fetch(new Request('http://localhost/other'))).status, 404)
  const chunks = new ReadableStream({
    pull: (controller) => controller.enqueue(Buffer.alloc(10_000, 0x20)),
  })
  const endless = new Request(`http://localhost${path}`, {
    method: 'PUT',
    headers: { authorization: 'Bearer tok', 'content-type': 'application/json' },
    body: chunks,
    duplex: 'half',
  } as RequestInit)
  t.equal((await handler.fetch(endless)).status, 413)
})
