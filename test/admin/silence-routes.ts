import t from 'tap'
import { type Admin, openAdmin } from '../../src/admin/admin.js'
import type { ShownSilence } from '../../src/control/silences.js'
import { freePort, startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

function open(t: { teardown(task: () => unknown): void }, url = redis.url): Admin {
  const admin = openAdmin({ redis: url, configKey: redis.newConfigKey(), token: 'tok' })
  t.teardown(() => admin.close())
  return admin
}

interface Call {
  readonly method?: string
  readonly route?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

function ask(admin: Admin, { method = 'GET', route = '/silences', body, headers = {} }: Call): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? '')
  return admin.handle({
    method,
    route,
    url: new URL(`http://localhost/admin${route}`),
    headers: new Headers({ authorization: 'Bearer tok', 'content-type': 'application/json', ...headers }),
    body: async () => ({ kind: 'bytes', bytes: Buffer.from(text) }),
  })
}

t.test('sets, lists and ends', async (t) => {
  const admin = open(t)
  t.strictSame(await (await ask(admin, {})).json(), [])
  const body = { rule: 'db', group: { model: 'm' }, for_seconds: 600, reason: 'a deploy', by: 'ada' }
  const added = await ask(admin, { method: 'POST', body })
  const silence = (await added.json()) as ShownSilence & { readonly note?: string }
  t.match([added.status, added.headers.get('location')], [201, `silences/${silence.id}`])
  const note = 'No rule `db` is known: the silence mutes it once a process has it'
  const { for_seconds: _, ...rest } = body
  t.match(silence, { ...rest, id: /^\w{8}$/, until: /Z$/, created_at: /Z$/, note })
  const all = (await (await ask(admin, { method: 'POST', body: { for_seconds: 60 } })).json()) as object
  t.strictSame(Object.keys(all), ['id', 'until', 'created_at'], 'without a note')
  const { note: __, ...listed } = silence
  t.strictSame(await (await ask(admin, {})).json(), [all, listed])
  t.equal((await ask(admin, { method: 'HEAD' })).status, 200)
  const route = `/silences/${silence.id}`
  const ended = await ask(admin, { method: 'DELETE', route })
  t.match([ended.status, await ended.text()], [204, ''])
  const again = await ask(admin, { method: 'DELETE', route })
  t.equal(again.status, 404)
  t.match(await again.json(), { title: 'Not Found', detail: /^There is no silence of this id/ })
  t.strictSame(await (await ask(admin, {})).json(), [all])
})

t.test('points to each problem in the body', async (t) => {
  const admin = open(t)
  const bad = await ask(admin, { method: 'POST', body: { rule: 'a b', group: { model: [] }, reason: 7, until: 'x' } })
  t.equal(bad.status, 400)
  t.equal(bad.headers.get('content-type'), 'application/problem+json')
  t.match(await bad.json(), {
    errors: [
      { pointer: '#/until' },
      { pointer: '#/rule' },
      { pointer: '#/group', detail: /`group.model`/ },
      { pointer: '#/for_seconds', detail: /^Expected `for_seconds` to be an integer from 1 to 2592000/ },
      { pointer: '#/reason' },
    ],
  })
  t.match(await (await ask(admin, { method: 'POST', body: [] })).json(), { status: 400, errors: [{ pointer: '#' }] })
  t.match(await (await ask(admin, { method: 'POST', body: '{' })).json(), { status: 400, errors: [{ pointer: '#' }] })
  t.strictSame(await (await ask(admin, {})).json(), [])
})

t.test('refuses what every route refuses', async (t) => {
  const admin = open(t)
  for (const [route, allow] of [
    ['/silences', 'GET, HEAD, POST'],
    ['/silences/abcd1234', 'DELETE'],
    ['/silences/', 'DELETE'],
  ] as const) {
    const wrong = await ask(admin, { method: 'PUT', route })
    t.match([wrong.status, wrong.headers.get('allow')], [405, allow], route)
    t.equal((await ask(admin, { route, headers: { authorization: '' } })).status, 401, route)
  }
  const big = { for_seconds: 60, reason: 'x'.repeat(70_000) }
  const tooBig = { method: 'POST', body: big, headers: { 'content-length': '70040' } }
  t.equal((await ask(admin, tooBig)).status, 413)
  const form = { 'content-type': 'text/plain' }
  t.equal((await ask(admin, { method: 'POST', body: { for_seconds: 60 }, headers: form })).status, 415)
  const foreign = { 'sec-fetch-site': 'cross-site' }
  t.equal((await ask(admin, { method: 'POST', body: { for_seconds: 60 }, headers: foreign })).status, 403)
  t.equal((await ask(admin, { method: 'DELETE', route: '/silences/abcd1234', headers: foreign })).status, 403)
  for (const id of ['..', '__proto__', 'version', 'abcd1234/x', '%00'])
    t.equal((await ask(admin, { method: 'DELETE', route: `/silences/${id}` })).status, 404, id)
  t.strictSame(await (await ask(admin, {})).json(), [])
})

t.test('says so where Redis is away', async (t) => {
  const admin = open(t, `redis://:canary@127.0.0.1:${await freePort()}`)
  for (const call of [
    {},
    { method: 'POST', body: { rule: 'db', for_seconds: 60 } },
    { method: 'DELETE', route: '/silences/abcd1234' },
  ]) {
    const answer = await ask(admin, call)
    t.equal(answer.status, 503)
    t.notMatch(await answer.text(), /canary/)
  }
})
