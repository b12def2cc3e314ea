import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { type Admin, type AdminOptions, openAdmin } from '../../src/admin/admin.js'
import { MAX_AT_ONCE } from '../../src/admin/wrong-tokens.js'
import type { Clock } from '../../src/clock.js'
import { createEvaluator } from '../../src/evaluator/evaluator.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { startReceiver } from '../fixtures/receiver.js'
import { freePort, startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)
const url = 'https://a.test/hook'

function open(
  t: Test,
  options: Partial<AdminOptions> = { token: 'tok' },
  clock?: Clock,
): Admin & { configKey: string } {
  const configKey = redis.newConfigKey()
  const admin = openAdmin({ redis: redis.url, configKey, ...options }, clock)
  t.teardown(() => admin.close())
  return { ...admin, configKey }
}

interface Call {
  readonly method?: string
  readonly route?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

function ask(admin: Admin, { method = 'GET', route = '', body, headers = {} }: Call): Promise<Response> {
  return admin.handle({
    method,
    route,
    url: new URL(`http://localhost/admin${route}`),
    headers: new Headers({ authorization: 'Bearer tok', 'content-type': 'application/json', ...headers }),
    body: async () => ({ kind: 'bytes', bytes: Buffer.from(body === undefined ? '' : JSON.stringify(body)) }),
  })
}

t.test('is not made where it would let everybody in, or anything is wrong', async (t) => {
  const problemAt = (path: string) => ({ code: 'ERR_LOGSIREN_CONFIG', problems: [{ path }] })
  for (const bad of [
    {},
    { token: '' },
    { token: 'a b' },
    { token: undefined },
    { authorize: 'x' },
    { token: 'a', authorize: () => true },
  ]) {
    t.throws(() => openAdmin({ redis: redis.url, ...(bad as object) }), problemAt('token'), JSON.stringify(bad))
  }
  t.throws(() => openAdmin({ token: 'tok' }), problemAt('redis'))
  for (const path of ['admin', '/a b', '/a/../b?', '//'])
    t.throws(() => openAdmin({ redis: redis.url, token: 'tok', path }), problemAt('path'))
  t.throws(() => openAdmin({ redis: redis.url, token: 'tok', threshold: 3 } as AdminOptions), {
    code: 'ERR_LOGSIREN_CONFIG',
  })
})

t.test('knows where it is', async (t) => {
  t.equal(open(t).path, '/admin/logs/webhook')
  t.equal(open(t, { token: 'tok', path: '/ops/' }).path, '/ops')
  t.equal(open(t, { token: 'tok', path: '/' }).path, '')
})

t.test('lets in nobody without the token, whatever they ask for', async (t) => {
  const admin = open(t)
  for (const route of ['', '/test', '/try', '/status', '/nothing', '/constructor']) {
    const answer = await ask(admin, { route, headers: { authorization: 'Bearer x' } })
    t.equal(answer.status, 401, route)
    t.match(answer.headers.get('www-authenticate'), /^Bearer realm=/)
  }
  const custom = open(t, { authorize: ({ headers }) => headers.get('x-user') === 'ops' })
  t.equal((await ask(custom, {})).status, 401)
  t.equal((await ask(custom, { headers: { 'x-user': 'ops' } })).status, 200)
})

t.test('slows down whoever tries tokens, and nobody else', async (t) => {
  const clock = fakeClock()
  const admin = open(t, { token: 'tok' }, clock)
  const attempt = (authorization: string): Promise<Response> =>
    admin.handle({
      method: 'PUT',
      route: '',
      url: new URL('http://localhost/admin'),
      headers: new Headers({ authorization, 'content-type': 'application/json' }),
      body: () => Promise.reject(new Error('nobody may read it')),
    })
  for (let i = 0; i < MAX_AT_ONCE; i += 1) t.equal((await attempt(`Bearer x${i}`)).status, 401)
  const refused = await attempt('Bearer x')
  t.equal(refused.status, 429)
  t.equal(refused.headers.get('retry-after'), '1')
  t.match(await refused.json(), { title: 'Too Many Requests', detail: 'Too many wrong tokens have come' })
  t.equal((await ask(admin, {})).status, 200, 'the right one')
  t.equal((await attempt('')).status, 401, 'none')
  t.equal((await ask(admin, { route: '/', headers: { authorization: 'Bearer x' } })).status, 200, 'the page')
  await clock.advance(1000)
  t.equal((await attempt('Bearer x')).status, 401)
  t.equal((await attempt('Bearer x')).status, 429)
  const metrics = await (await ask(admin, { route: '/metrics' })).text()
  t.match(metrics, new RegExp(`^logsiren_admin_wrong_tokens_total{status="401"} ${MAX_AT_ONCE + 1}$`, 'm'))
  t.match(metrics, /^logsiren_admin_wrong_tokens_total\{status="429"\} 2$/m)
  const custom = open(t, { authorize: () => false }, clock)
  for (let i = 0; i <= MAX_AT_ONCE; i += 1) t.equal((await ask(custom, {})).status, 401)
})

t.test('gives the page and its assets to anybody, and nothing else with them', async (t) => {
  const admin = open(t)
  const anybody = { authorization: '' }
  const page = await ask(admin, { route: '/', headers: anybody })
  t.equal(page.status, 200)
  t.match(await page.text(), /^<!doctype html>/)
  const headers = Object.fromEntries(page.headers)
  t.match(headers, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'cache-control': 'no-cache',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
  const etag = headers['etag'] ?? ''
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`]) {
    const again = await ask(admin, { route: '/', headers: { ...anybody, 'if-none-match': known } })
    t.match([again.status, await again.text(), again.headers.get('etag')], [304, '', etag], known)
  }
  const css = await ask(admin, { method: 'HEAD', route: '/page.css', headers: anybody })
  t.match([css.status, css.headers.get('content-type')], [200, 'text/css; charset=utf-8'])
  for (const route of ['/', '/page.css', '/uplot.js']) {
    const wrong = await ask(admin, { method: 'POST', route })
    t.match([wrong.status, wrong.headers.get('allow')], [405, 'GET, HEAD'], route)
  }
  for (const route of ['/index.html', '/page/page.css', '/..%2fassets.js', '/page.css/', '//'])
    t.equal((await ask(admin, { route, headers: anybody })).status, 401, route)
})

t.test('where everything is its own, a browser gets the page and everybody else the config', async (t) => {
  const admin = open(t, { token: 'tok', path: '/' })
  const browser = { authorization: '', accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  for (const method of ['GET', 'HEAD']) {
    const page = await ask(admin, { method, headers: browser })
    t.match([page.status, page.headers.get('content-type')], [200, 'text/html; charset=utf-8'], method)
    t.equal(page.headers.get('vary'), 'Accept')
  }
  const config = await ask(admin, { headers: { accept: '*/*' } })
  t.match([config.status, config.headers.get('vary')], [200, 'Accept'])
  t.match(await config.json(), { enabled: false })
  t.equal((await ask(admin, { method: 'DELETE', headers: browser })).status, 401)
  t.equal((await ask(open(t), { headers: browser })).status, 401, 'elsewhere the path is the config’s')
})

t.test('refuses a browser that opens the path of the config, and shows it where to sign in', async (t) => {
  const admin = open(t)
  const browser = { authorization: '', accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  // A proxy may put `/admin/logs/webhook/` in place of a path, and leave the slash that stands behind that.
  for (const route of ['', '//']) {
    const refused = await ask(admin, { route, headers: browser })
    const headers = Object.fromEntries(refused.headers)
    t.match(headers, { 'content-type': 'text/html; charset=utf-8', vary: 'Accept', 'cache-control': 'no-store' })
    t.match([refused.status, headers['www-authenticate']], [401, 'Bearer realm="logsiren"'])
    const html = await refused.text()
    t.match(html, /^<!doctype html>[\s\S]*<form id="sign-in"/)
    t.notMatch(html, /(href|src)="[^"]*\.(css|js)"/, 'no link that would lead elsewhere')
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => script ?? '')
    t.equal(scripts.length, 1)
    for (const script of scripts) {
      const hash = createHash('sha256').update(script).digest('base64')
      t.match(headers['content-security-policy'], `script-src 'self' 'sha256-${hash}';`)
    }
  }
  const wrong = await ask(admin, { headers: { ...browser, authorization: 'Bearer no' } })
  t.match([wrong.status, wrong.headers.get('content-type')], [401, 'application/problem+json'])
  const put = await ask(admin, { method: 'PUT', headers: browser, body: {} })
  t.match([put.status, put.headers.get('content-type')], [401, 'application/problem+json'])
  t.match(await (await ask(admin, { headers: { accept: browser.accept } })).json(), { enabled: false })
})

t.test('has the config below the page too, where a proxy’s path leads for certain', async (t) => {
  const admin = open(t)
  t.equal((await ask(admin, { route: '/config', headers: { authorization: '' } })).status, 401)
  const put = await ask(admin, { method: 'PUT', route: '/config', body: { enabled: true, url } })
  const etag = put.headers.get('etag')
  t.match(await put.json(), { enabled: true, url })
  for (const route of ['', '/config', '//config']) {
    const config = await ask(admin, { route })
    t.match([config.status, config.headers.get('etag')], [200, etag], route)
  }
  t.equal((await ask(admin, { method: 'DELETE', route: '/config' })).status, 204)
})

t.test('answers what it has, and says what it would take', async (t) => {
  const admin = open(t)
  const put = await ask(admin, { method: 'PUT', body: { enabled: true, url } })
  t.match(await put.json(), { enabled: true, url })
  t.match(await (await ask(admin, {})).json(), { url })
  const wrong = await ask(admin, { method: 'POST' })
  t.equal(wrong.status, 405)
  t.equal(wrong.headers.get('allow'), 'GET, HEAD, PUT, DELETE')
  for (const route of ['/nothing', '/constructor', '/__proto__'])
    t.equal((await ask(admin, { route })).status, 404, route)
  const bad = await ask(admin, { method: 'PUT', body: { threshold: 1.5, url: 'x' } })
  t.equal(bad.status, 400)
  t.match(await bad.json(), { errors: [{ pointer: '#/url' }, { pointer: '#/threshold' }] })
  const stale = await ask(admin, { method: 'PUT', body: { url }, headers: { 'if-match': '"1"' } })
  t.equal(stale.status, 412)
  t.equal((await ask(admin, { method: 'DELETE' })).status, 204)
})

t.test('does nothing for the page of another site', async (t) => {
  const admin = open(t)
  const foreign = { headers: { 'sec-fetch-site': 'cross-site' } }
  t.equal((await ask(admin, { method: 'PUT', body: { url }, ...foreign })).status, 403)
  t.equal((await ask(admin, { method: 'DELETE', ...foreign })).status, 403)
  t.equal((await ask(admin, foreign)).status, 200, 'which cannot read the answer')
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  t.equal((await ask(admin, { method: 'POST', route: '/test', ...form })).status, 415)
})

t.test('sends test alerts, but not without end', async (t) => {
  const receiver = await startReceiver(t)
  const admin = open(t)
  t.match(await (await ask(admin, { method: 'POST', route: '/test' })).json(), {
    status: 400,
    errors: [{ pointer: '#/url' }],
  })
  await ask(admin, { method: 'PUT', body: { url: receiver.url } })
  t.match(await (await ask(admin, { method: 'POST', route: '/test' })).json(), { outcome: 'delivered', status: 204 })
  t.match(await (await ask(admin, { method: 'POST', route: '/test', body: { rule: 'x' } })).json(), {
    errors: [{ pointer: '#/rule' }],
  })
  t.match(await (await ask(admin, { method: 'POST', route: '/test', body: { rule: 7 } })).json(), {
    errors: [{ pointer: '#/rule' }],
  })
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask(admin, { method: 'POST', route: '/test' })))
  t.strictSame(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 429, 429])
  t.equal((await ask(admin, { method: 'POST', route: '/test' })).status, 200, 'later there is room again')
})

t.test('tries a config on lines', async (t) => {
  const lines = `${JSON.stringify({ level: 50, time: 1_790_000_000_000, msg: 'x' })}\n`
  const answer = await ask(open(t), { method: 'POST', route: '/try', body: { lines, config: { threshold: 1 } } })
  t.match(await answer.json(), { errors: 1, alerts: [{ count: 1 }] })
})

t.test('shows what is counted, as JSON and as metrics', async (t) => {
  const admin = open(t)
  const evaluator = createEvaluator({ redis: redis.url, configKey: admin.configKey, url, threshold: 5 })
  t.teardown(() => evaluator.close())
  for (let i = 0; i < 3; i += 1) evaluator.observe({ statusCode: 503 })
  await evaluator.flush()
  t.match(await (await ask(admin, { route: '/status' })).json(), {
    rows: [{ rule: 'default', count: 3, threshold: 5, pending: null, last_alert: null }],
    recent: [],
  })
  const metrics = await ask(admin, { route: '/metrics' })
  t.match(metrics.headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
  t.match(await metrics.text(), /^logsiren_window_errors\{rule="default"\} 3$/m)
})

t.test('says so where Redis is away, in a sentence without its address', async (t) => {
  const port = await freePort()
  const admin = open(t, { token: 'tok', redis: `redis://user:canary@127.0.0.1:${port}` })
  const answer = await ask(admin, {})
  t.equal(answer.status, 503)
  t.equal((await ask(admin, { route: '/status' })).status, 503)
  const text = await answer.text()
  t.match(JSON.parse(text), { title: 'Service Unavailable', detail: /Expected Redis to answer/ })
  t.notMatch(text, /canary/)
})
