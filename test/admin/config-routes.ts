import t from 'tap'
import { deleteConfig, getConfig, putConfig } from '../../src/admin/config-routes.js'
import type { AdminRequest } from '../../src/admin/exchange.js'
import { openControl } from '../../src/control/control.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)
const url = 'https://a.test/hook'

function open(t: { teardown(task: () => unknown): void }) {
  const configKey = redis.newConfigKey()
  const control = openControl({ redis: redis.url, configKey })
  t.teardown(() => control.close())
  return { configKey, control }
}

function request(headers: Record<string, string> = {}, body?: object, search = ''): AdminRequest {
  return {
    method: 'PUT',
    route: '',
    url: new URL(`http://localhost/${search}`),
    headers: new Headers({ 'content-type': 'application/json', ...headers }),
    body: async () => ({ kind: 'parsed', value: body }),
  }
}

t.test('gives the config with a tag that changes with it', async (t) => {
  const { configKey, control } = open(t)
  const blank = await getConfig(control, request())
  t.match(await blank.json(), { enabled: false, url: '', threshold: 10, secret_set: false })
  await redis.client.set(configKey, JSON.stringify({ url, secret: 'canary' }))
  const answer = await getConfig(control, request())
  const tag = answer.headers.get('etag') ?? ''
  t.match(tag, /^"\d+"$/)
  t.not(tag, blank.headers.get('etag'))
  const text = await answer.text()
  t.match(JSON.parse(text), { url, secret_set: true })
  t.notMatch(text, /canary/)
  t.equal((await getConfig(control, request({ 'if-none-match': `W/${tag}` }))).status, 304)
  t.equal((await getConfig(control, request({ 'if-none-match': '"1"' }))).status, 200)
})

t.test('a write names what it means to write over', async (t) => {
  const { control } = open(t)
  await t.rejects(
    putConfig(control, request({ 'if-match': '*' }, { url })),
    { name: 'StaleError' },
    'there is nothing yet',
  )
  const first = await putConfig(control, request({ 'if-none-match': '*' }, { url }))
  t.match(await first.json(), { url })
  await t.rejects(putConfig(control, request({ 'if-none-match': '*' }, { url })), { name: 'StaleError' })
  const tag = first.headers.get('etag') ?? ''
  const second = await putConfig(control, request({ 'if-match': `"0", ${tag}` }, { url, threshold: 4 }))
  t.equal(second.status, 200)
  await t.rejects(putConfig(control, request({ 'if-match': tag }, { url })), { name: 'StaleError' })
  await t.rejects(deleteConfig(control, request({ 'if-match': tag })), { name: 'StaleError' })
  const weak = `W/${second.headers.get('etag')}`
  await t.rejects(
    putConfig(control, request({ 'if-match': weak }, { url })),
    { name: 'StaleError' },
    'a weak tag names no bytes',
  )
  t.equal((await deleteConfig(control, request({ 'if-match': '*' }))).status, 204)
  t.equal((await deleteConfig(control, request())).status, 204, 'gone is gone')
})

t.test('a dry run answers as the real one, and writes nothing', async (t) => {
  const { configKey, control } = open(t)
  t.match(await (await putConfig(control, request({}, { url }, '?dryRun=1'))).json(), { url, threshold: 10 })
  t.equal(await redis.client.exists(configKey), 0)
})

t.test('shows and stores on request what is stored alone, without defaults', async (t) => {
  const { configKey, control } = open(t)
  const blank = await getConfig(control, request({}, undefined, '?partial=1'))
  t.strictSame(await blank.json(), { secret_set: false, headers_set: [] })
  const rules = [{ name: 'a', secret: 'canary', url, of_tomorrow: 1 }, { name: 'b' }]
  await redis.client.set(configKey, JSON.stringify({ threshold: 3, rules, of_tomorrow: 2 }))
  const shown = await getConfig(control, request({}, undefined, '?partial=1'))
  t.strictSame(await shown.json(), {
    threshold: 3,
    secret_set: false,
    headers_set: [],
    rules: [
      { name: 'a', url, secret_set: true, headers_set: [] },
      { name: 'b', secret_set: false, headers_set: [] },
    ],
  })
  const given = { threshold: 4, rules: [{ name: 'a', url, threshold: 7, secret_set: true, headers_set: [] }] }
  const put = await putConfig(control, request({}, given, '?partial=1'))
  t.strictSame(await put.json(), { ...given, secret_set: false, headers_set: [] })
  t.strictSame(JSON.parse((await redis.client.get(configKey)) ?? ''), {
    of_tomorrow: 2,
    threshold: 4,
    rules: [{ of_tomorrow: 1, name: 'a', url, threshold: 7, secret: 'canary' }],
  })
  await redis.client.set(configKey, JSON.stringify({ url, secret: 'canary' }))
  await t.rejects(
    putConfig(control, request({}, { threshold: 4 }, '?partial=1')),
    /secret/,
    'a secret does not go along to the url in code',
  )
})

t.test('headers come by their names, and stay while their url keeps its origin', async (t) => {
  const { configKey, control } = open(t)
  const headers = { 'X-Api-Key': 'canary', Authorization: 'Basic canary' }
  const stored = async (): Promise<unknown> => JSON.parse((await redis.client.get(configKey)) ?? '').headers
  const put = async (given: object): Promise<unknown> => (await putConfig(control, request({}, given))).json()
  t.match(await put({ url, headers }), { headers_set: ['X-Api-Key', 'Authorization'] })
  const shown = await (await getConfig(control, request())).text()
  t.notMatch(shown, /canary/)
  t.match(JSON.parse(shown), { headers_set: ['X-Api-Key', 'Authorization'] })
  await put(JSON.parse(shown))
  t.strictSame(await stored(), headers, 'headers_set is ignored')
  await put({ url: `${url}/2`, threshold: 4 })
  t.strictSame(await stored(), headers)
  await t.rejects(putConfig(control, request({}, { url: 'https://b.test/' })), /`headers` to be given anew/)
  t.match(await put({ url: 'https://b.test/', headers: {} }), { headers_set: [] })
  t.strictSame(await stored(), {})
})

t.test('what is stored and not valid is told with its tag, so that it can be replaced', async (t) => {
  const { configKey, control } = open(t)
  await redis.client.set(configKey, '{"threshold":"canary"}')
  const answer = await getConfig(control, request())
  t.equal(answer.status, 409)
  const text = await answer.text()
  t.match(JSON.parse(text), { errors: [{ pointer: '#/threshold' }] })
  t.notMatch(text, /canary/)
  const tag = answer.headers.get('etag') ?? ''
  t.equal((await putConfig(control, request({ 'if-match': tag }, { url }))).status, 200)
})
