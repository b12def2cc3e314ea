import t from 'tap'
import { callbackGate, isForeign, tokenGate } from '../../src/admin/authorization.js'
import type { AdminRequest } from '../../src/admin/exchange.js'

function request(headers: Record<string, string>): AdminRequest {
  return {
    method: 'PUT',
    route: '',
    url: new URL('http://localhost/admin?x=1'),
    headers: new Headers(headers),
    body: () => Promise.reject(new Error('nobody may read it')),
  }
}

t.test('a token lets in whoever sends it, and nobody else', async (t) => {
  const gate = tokenGate('s3cret')
  for (const authorization of ['Bearer s3cret', 'bearer s3cret', 'BEARER   s3cret ']) {
    t.equal(await gate(request({ authorization })), 'allowed', authorization)
  }
  for (const authorization of ['Bearer s3cre', 'Bearer s3cret2', 'Bearer s3cret s3cret'])
    t.equal(await gate(request({ authorization })), 'wrong', authorization)
  for (const authorization of ['', 'Bearer', 'Bearer ', 'Basic s3cret', 's3cret', 'xBearer s3cret'])
    t.equal(await gate(request({ authorization })), 'unknown', authorization)
  t.equal(await gate(request({})), 'unknown')
})

t.test('a callback gets the request without its body; only true is yes, and what it throws is no', async (t) => {
  let seen: Request | undefined
  const gate = callbackGate((given) => {
    seen = given
    return given.headers.get('cookie') === 'session=1'
  })
  t.equal(await gate(request({ cookie: 'session=1' })), 'allowed')
  t.match(seen, { method: 'PUT', url: 'http://localhost/admin?x=1', body: null })
  t.equal(await gate(request({ cookie: 'session=2' })), 'unknown')
  t.equal(await callbackGate(() => Promise.reject(new Error('no')))(request({})), 'unknown')
  t.equal(
    await callbackGate(() => {
      throw new Error('no')
    })(request({})),
    'unknown',
  )
  t.equal(await callbackGate((() => 'yes') as unknown as () => boolean)(request({})), 'unknown')
})

t.test('tells the requests of other sites’ pages', async (t) => {
  t.notOk(isForeign(request({})), 'no browser')
  t.notOk(isForeign(request({ 'sec-fetch-site': 'same-origin', origin: 'https://a.test' })))
  t.notOk(isForeign(request({ 'sec-fetch-site': 'none' })))
  for (const site of ['cross-site', 'same-site', '']) t.ok(isForeign(request({ 'sec-fetch-site': site })), site)
  t.notOk(isForeign(request({ origin: 'http://a.test:81', host: 'a.test:81' })))
  t.notOk(isForeign(request({ origin: 'http://localhost' })), 'the url’s own host')
  t.ok(isForeign(request({ origin: 'http://b.test' })))
  for (const origin of ['http://b.test', 'null', 'http://a.test']) {
    t.ok(isForeign(request({ origin, host: 'a.test:81' })), origin)
  }
})
