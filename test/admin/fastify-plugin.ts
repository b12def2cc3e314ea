import { Readable } from 'node:stream'
import Fastify from 'fastify'
import t from 'tap'
import { openAdmin } from '../../src/admin/admin.js'
import { fastifyPlugin } from '../../src/admin/fastify-plugin.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)
const headers = { authorization: 'Bearer tok', 'content-type': 'application/json' }

t.test('is a plugin that leaves the host’s own parsing alone', async (t) => {
  const path = '/admin/logs/webhook'
  const admin = openAdmin({ redis: redis.url, configKey: redis.newConfigKey(), token: 'tok' })
  t.teardown(() => admin.close())
  const app = Fastify()
  app.post('/echo', async (request) => request.body)
  await app.register(fastifyPlugin(admin))
  await app.register(fastifyPlugin(admin), { prefix: '/ops' })
  t.teardown(() => app.close())
  t.strictSame((await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } })).json(), { a: 1 })
  const put = await app.inject({ method: 'PUT', url: path, headers, payload: '{"url":"https://a.test/"}' })
  t.match(put.json(), { url: 'https://a.test/' })
  t.match(put.headers, { etag: /^"\d+"$/, 'cache-control': 'no-store' })
  const get = await app.inject({ method: 'GET', url: `/ops${path}`, headers })
  t.match(get.json(), { url: 'https://a.test/' })
  t.equal((await app.inject({ method: 'HEAD', url: path, headers })).statusCode, 200)
  t.equal((await app.inject({ method: 'PATCH', url: path, headers })).statusCode, 405)
  t.equal((await app.inject({ method: 'DELETE', url: path, headers: { authorization: 'Bearer tok' } })).statusCode, 204)
  t.equal((await app.inject({ method: 'GET', url: `${path}/nothing`, headers })).statusCode, 404)
  t.equal((await app.inject({ method: 'PUT', url: path, payload: '{' })).statusCode, 401)
  const large = Readable.from(['x'.repeat(70_000)])
  t.equal((await app.inject({ method: 'PUT', url: path, headers, payload: large })).statusCode, 413)
  t.equal((await app.inject({ method: 'GET', url: '/elsewhere' })).statusCode, 404)
})

t.test('under a prefix everything may be its own', async (t) => {
  const admin = openAdmin({ redis: redis.url, configKey: redis.newConfigKey(), token: 'tok', path: '/' })
  t.teardown(() => admin.close())
  const app = Fastify()
  await app.register(fastifyPlugin(admin), { prefix: '/ops' })
  t.teardown(() => app.close())
  for (const [url, type] of [
    ['/ops', /json/],
    ['/ops/', /html/],
    ['/ops/status?x=1', /json/],
    ['/ops/page.css', /css/],
  ] as const) {
    const answer = await app.inject({ url, headers })
    t.match([answer.statusCode, answer.headers['content-type']], [200, type], url)
  }
  t.equal((await app.inject({ url: '/ops/nothing', headers })).statusCode, 404)
})
