import assert from 'node:assert/strict'
import t from 'tap'
import { type Told, withoutEchoes } from '../../src/deliver/echoes.js'
import { oneLine } from '../../src/text.js'
import { fc } from '../fixtures/properties.js'

const told: Told = {
  url: 'https://hooks.slack.com/services/T0001/B0002/zqhookword?key=zqqueryword&wait=true',
  secret: 'zqsecretword',
  headers: {
    authorization: 'Bearer zqsecretword',
    'webhook-signature': 'v1,zqs1gnqz=',
    'webhook-id': '1795458261000-UDKqoM49k43b-4',
    'content-type': 'application/json',
    'x-team-key': 'zqteamqz',
  },
}

t.test('leaves alone what receivers say', (t) => {
  for (const text of [
    'invalid_token',
    'no_service',
    'channel_is_archived',
    'Unknown Webhook',
    'missing Bearer token in the authorization header',
    'Invalid webhook-signature v1',
    "Event object is invalid: Length of 'routing_key' is incorrect (should be 32 characters)",
    'Could not parse messages of services',
    'application/json expected, event 1795458261000-UDKqoM49k43b-4',
  ])
    t.equal(withoutEchoes(text, told), text)
  t.equal(withoutEchoes('', told), '')
  t.end()
})

t.test('takes out what it repeats as it is, and pieces of it', (t) => {
  const rows: readonly (readonly [text: string, left: string])[] = [
    ['Cannot POST /services/T0001/B0002/zqhookword?key=zqqueryword&wait=true', 'Cannot POST …'],
    ['no route https://hooks.slack.com/services/T0001/B0002/zqhookword here', 'no route https://hooks.slack.com… here'],
    ['token zqhookw is unknown', 'token … is unknown'],
    ['ZQSECRETWORD zqsecretword', '… …'],
    ['Bearer zqsecretword is expired', 'Bearer … is expired'],
    ['the signature v1,zqs1gnqz= does not match', 'the signature v1,… does not match'],
    ['team zqteamqz may not', 'team … may not'],
  ]
  for (const [text, left] of rows) t.equal(withoutEchoes(text, told), left)
  t.end()
})

t.test('takes out each header’s value, and what Basic credentials say', (t) => {
  const basic = `Basic ${Buffer.from('zquser:zqp').toString('base64')}`
  const headers = { Authorization: basic, 'User-Agent': 'zqagentqz', 'X-Words': 'correct horse', 'X-Short': 'abc' }
  const hidden = { url: 'http://a.test/', secret: '', headers }
  const rows: readonly (readonly [text: string, left: string])[] = [
    [`no ${basic} here`, 'no Basic … here'],
    ['the user zquser is unknown', 'the user … is unknown'],
    ['zqp is no password', '… is no password'],
    ['the agent zqagentqz is refused', 'the agent … is refused'],
    ['not correct', 'not …'],
    ['abc is no abcd', '… is no abcd'],
    ['Basic authorization is missing', 'Basic authorization is missing'],
  ]
  for (const [text, left] of rows) t.equal(withoutEchoes(text, hidden), left)
  const own = { url: 'http://a.test/', secret: '', headers: { 'user-agent': 'logsiren/1.2.3' } }
  t.equal(withoutEchoes('logsiren/1.2.3 is refused', own), 'logsiren/1.2.3 is refused')
  t.end()
})

t.test('takes out what is short where it stands by itself', (t) => {
  const short = { url: 'http://a.test/hook', secret: 'abc', headers: {} }
  t.equal(withoutEchoes('Route POST:/hook not found', short), 'Route POST:… not found')
  t.equal(withoutEchoes('abc is no token of abcd', short), '… is no token of abcd')
  t.equal(withoutEchoes('Cannot POST /', { ...short, url: 'http://a.test/' }), 'Cannot POST /')
  t.end()
})

t.test('says nothing where an encoding hides it', (t) => {
  const secret = 'zq secret+word/ü'
  const hidden = { url: 'http://a.test/x', secret, headers: {} }
  const json = JSON.stringify({ token: secret })
  for (const text of [
    encodeURIComponent(secret),
    encodeURIComponent(encodeURIComponent(secret)),
    new URLSearchParams({ secret }).toString(),
    json.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    secret.replace(/./gu, (character) => `&#${character.codePointAt(0)};`),
    Buffer.from(secret).toString('base64'),
    Buffer.from(`user:${secret}`).toString('base64url'),
    Buffer.from(encodeURIComponent(secret)).toString('base64'),
  ])
    t.equal(withoutEchoes(`cannot read ${text} here`, hidden), '', text)
  t.end()
})

/** The ways in which a receiver may send back a text. */
const forms: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURI,
  encodeURIComponent,
  (text) => encodeURIComponent(text).toLowerCase(),
  (text) => new URLSearchParams({ text }).toString().slice(5),
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify(JSON.stringify(text)),
  (text) => text.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('/', '&#x2F;').replaceAll('"', '&quot;'),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(`a:${text}`).toString('base64'),
  (text) => Buffer.from(JSON.stringify({ path: text })).toString('base64'),
]

/** Every six characters of a text. */
function piecesOf(text: string): string[] {
  const pieces = Array.from({ length: Math.max(0, text.length - 5) }, (_, at) => text.slice(at, at + 6))
  return pieces.filter((piece) => piece.toWellFormed() === piece)
}

t.test('whatever url, secret and header a receiver sends back, however, none of it is left', (t) => {
  const word = fc
    .string({ minLength: 6, maxLength: 40, unit: 'grapheme' })
    .filter((text) => text.toWellFormed() === text)
  const token = fc.string({ minLength: 6, maxLength: 60, unit: fc.constantFrom(...'abcXYZ0189+/=_-.~%!"&<') })
  const words = fc.string({ maxLength: 20, unit: fc.constantFrom(...'eio nrst') })
  fc.assert(
    fc.property(
      fc.record({ segment: word, value: word, secret: token, header: token, before: words, after: words }),
      fc.constantFrom('segment', 'value', 'secret', 'header', 'url', 'search'),
      fc.nat(forms.length - 1),
      fc.tuple(fc.nat(10), fc.nat(10)),
      (given, place, form, [from, cut]) => {
        const url = new URL('https://example.test')
        url.pathname = `/hooks/${encodeURIComponent(given.segment)}`
        url.search = `?key=${encodeURIComponent(given.value)}`
        const headers = { authorization: `Bearer ${given.secret}`, 'x-key': given.header }
        const whole = { ...given, url: url.href, search: url.search.slice(1) }[place]
        // As it is, or a piece of it.
        const piece = whole.length - from - cut >= 6 ? whole.slice(from, whole.length - cut) : whole
        const echo = (forms[form] ?? String)(piece.toWellFormed())
        const text = oneLine(`${given.before} ${echo} ${given.after}`)
        const left = withoutEchoes(text, { url: url.href, secret: given.secret, headers })
        const secrets = [
          given.segment,
          given.value,
          given.secret,
          given.header,
          url.pathname.slice(7),
          url.search.slice(5),
        ]
        const runs = left.split(/[^A-Za-z0-9+/_-]/).flatMap((run) => [0, 1, 2, 3].map((at) => run.slice(at)))
        const decoded = runs.map((run) => Buffer.from(run, 'base64').toString('latin1')).join(' ')
        for (const piece of secrets.flatMap(piecesOf)) {
          for (const encode of forms) assert.ok(!left.includes(encode(piece)), `${left} has ${piece}`)
          assert.ok(!decoded.includes(Buffer.from(piece).toString('latin1')), `${left} has ${piece} in base64`)
        }
      },
    ),
  )
  t.end()
})

t.test('takes little time, whatever a receiver sends', (t) => {
  // A text of many encodings, one within the other, is not looked through to its end.
  const nested = Array.from({ length: 40 }, (_, i) => `%2525${i}\\u0025&#37;25`).join('')
  t.equal(withoutEchoes(Buffer.from(nested).toString('base64').repeat(20), told).length <= 400, true)
  t.end()
})
