import assert from 'node:assert/strict'
import t from 'tap'
import { toWords } from '../../src/alert/words.js'
import { payload, textsOf, unreadable } from '../fixtures/formats/arbitrary-payload.js'
import { firing, over, payloads } from '../fixtures/formats/payloads.js'
import { fc } from '../fixtures/properties.js'

const wordsOf = (name: string) => toWords(payloads[name] ?? over)

t.test('an alert says how much, where, what, since when, and what is most frequent', (t) => {
  t.strictSame(toWords(firing), {
    tone: 'firing',
    title: '120 errors in 60 s (threshold 10) – shop',
    message: '503 db timeout',
    where: 'shop',
    facts: [
      { name: 'First seen', value: '2026-11-23 18:15:29 UTC' },
      { name: 'Last seen', value: '2026-11-23 18:16:07 UTC' },
      { name: 'Service', value: 'shop' },
      { name: 'Rule', value: 'default' },
      { name: 'Host', value: 'web-1' },
      { name: 'Client', value: '203.0.113.9' },
    ],
    lists: [
      { name: 'Top messages', lines: ['38 × db timeout', '12 × upstream refused <http://…>'] },
      { name: 'Top paths', lines: ['41 × /orders', '9 × /cart'] },
      { name: 'Top status codes', lines: ['38 × 503', '12 × 502'] },
      {
        name: 'Samples',
        lines: ['38 × 503 db timeout (203.0.113.9)', '12 × 502 upstream refused <http://10.0.0.7:8080>'],
      },
    ],
    footer: 'logsiren · log_error_threshold · 1795458261000-UDKqoM49k43b-4',
  })
  t.end()
})

t.test('its end says how long, how bad, and of which alert', (t) => {
  const { tone, title, facts, lists } = toWords(over)
  t.strictSame([tone, title, lists], ['resolved', 'Resolved after 2 min 22 s, 431 errors in all – shop', []])
  t.strictSame(facts.slice(0, 4), [
    { name: 'Lasted', value: '2 min 22 s' },
    { name: 'Peak', value: '157 errors in 60 s' },
    { name: 'Total', value: '431 errors' },
    { name: 'Alert', value: '1795458261000-UDKqoM49k43b-4' },
  ])
  t.end()
})

t.test('tests and what one process alone has seen are marked', (t) => {
  t.match(wordsOf('test'), { tone: 'test', title: /^\[TEST\] 10 errors/, message: 'logsiren: this is a test alert' })
  t.match(wordsOf('degraded').title, /^\[DEGRADED\] 120 errors/)
  t.match(
    wordsOf('degraded').facts.map(({ name }) => name),
    ['First seen', 'Last seen', 'Degraded'],
  )
  t.match(toWords({ ...firing, count: 1 }).title, /^1 error in/)
  t.end()
})

t.test('a group stands in the title and among the facts, once', (t) => {
  const { title, facts } = wordsOf('grouped')
  t.equal(title, '31 errors in 5 min (threshold 10) – shop/models/model=gpt-4_mini*, tenant.id=7, region=none')
  const names = facts.map(({ name }) => name)
  t.strictSame(names.slice(2), [
    'Suppressed',
    'Service',
    'Rule',
    'model',
    'tenant.id',
    'region',
    'Host',
    'Provider',
    'Key',
    'req.id',
    'app.area',
  ])
  t.end()
})

t.test('every text is short, readable and there, whatever is told', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const words = toWords(payload)
      for (const [, text] of textsOf(words)) assert.doesNotMatch(text, unreadable)
      assert.ok(words.title.length > 0 && words.title.length <= 256)
      assert.ok(words.message.length <= 2048 && words.facts.length <= 20)
      for (const { name, value } of words.facts)
        assert.ok(name !== '' && name.length <= 60 && value !== '' && value.length <= 300)
      for (const { lines } of words.lists)
        assert.ok(lines.length >= 1 && lines.length <= 5 && lines.every((line) => line !== '' && line.length <= 300))
    }),
  )
  t.end()
})
