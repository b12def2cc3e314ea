import assert from 'node:assert/strict'
import t from 'tap'
import { fillLink, linksOf } from '../../src/alert/links.js'
import type { ThresholdPayload } from '../../src/alert/payload.js'
import type { Value, Values } from '../../src/alert/placeholders.js'
import { placeholderNames } from '../../src/config/checks/placeholders.js'
import { text } from '../fixtures/formats/arbitrary-payload.js'
import { firing } from '../fixtures/formats/payloads.js'
import { fc } from '../fixtures/properties.js'

const alike =
  (value: Value): Values =>
  () =>
    value
const filled = (template: string, value: Value): string | undefined => fillLink(template, alike(value))

t.test('values are encoded, and what stands between them stays', (t) => {
  t.equal(
    filled('https://a.test/x?q={message}&n={count}#top', 'a&b=c d/é'),
    `https://a.test/x?q=${'a%26b%3Dc%20d%2F%C3%A9'}&n=a%26b%3Dc%20d%2F%C3%A9#top`,
  )
  t.equal(filled('http://a.test:8080/{count}', 12), 'http://a.test:8080/12')
  t.equal(filled('https://a.test/?left=%7B{{"q":"{message}"}', 'x'), 'https://a.test/?left=%7B%7B%22q%22:%22x%22%7D')
  t.equal(filled('https://a.test/ä (b)/{id}', '\ud800'), 'https://a.test/%C3%A4%20(b)/%EF%BF%BD')
  t.equal(filled('https://a.test', 'x'), 'https://a.test')
  t.end()
})

t.test('what is no link in which values stand behind the origin is none', (t) => {
  for (const template of [
    'https://a.test{message}',
    'https://a.test:{count}/',
    'https://{service}.test/',
    '{message}',
    'https://a.test\\{message}',
    'https://u:{message}@a.test/',
    'https://u@a.test/{message}',
    'javascript:alert(1)//{message}',
    'ftp://a.test/{message}',
    '//a.test/{message}',
    'https:///{message}',
    'https://a.test/{nobody}',
    'https://a b/{message}',
    'https://[/{message}',
    '',
  ])
    t.equal(filled(template, 'x'), undefined, template)
  t.end()
})

t.test('a long one is cut, the longest texts first, and no escape is cut apart', (t) => {
  const values: Values = ({ placeholder }) => (placeholder === 'message' ? 'é'.repeat(1000) : 'short')
  const url = fillLink('https://a.test/?m={message}&s={service}', values) ?? ''
  t.match(url, /^https:\/\/a\.test\/\?m=(%C3%A9)+&s=short$/)
  t.ok(url.length > 1990 && url.length <= 2000)
  t.equal(filled(`https://a.test/?${'x'.repeat(1980)}{count}`, 123_456_789), undefined, 'numbers are not cut')
  t.equal(filled(`https://a.test/?${'x'.repeat(2000)}`, ''), undefined)
  t.end()
})

t.test('one of an alert is the same in all attempts, and has what the store knew', (t) => {
  const templates = { Logs: 'https://a.test/?id={id}&n={count}&from={fromMs}&t={title}', Bad: 'x' }
  const alert = { ...(firing as ThresholdPayload), notice: 6, since: '2026-11-23T05:53:10Z' }
  const links = linksOf(templates, alert)
  t.strictSame(Object.keys(links), ['Logs'])
  t.match(links['Logs'], /\?id=1795458261000-UDKqoM49k43b-4&n=120&from=1795\d{9}&t=Still%20failing/)
  t.strictSame(linksOf(templates, { ...alert, sent_at: '2026-11-24T18:16:07Z' }), links)
  t.end()
})

const wild = fc.oneof(
  text,
  fc
    .array(
      fc.constantFrom(
        '..',
        '/',
        '//',
        '@',
        '\\',
        '#',
        '?',
        ':',
        '%2e',
        '.evil.test',
        '\t',
        '\n',
        '\ud800',
        '\udfff',
        ' ',
        'a',
      ),
      {
        maxLength: 40,
      },
    )
    .map((parts) => parts.join('')),
)
const words = fc.array(fc.constantFrom('/', '..', '?', '#', '&', '=', 'a', '@', ':', '\\', '{{', '}', '%', 'ü', ' '), {
  maxLength: 8,
})
const part = fc.oneof(
  words.map((parts) => parts.join('')),
  fc.constantFrom(...placeholderNames).map((name) => `{${name}}`),
)

t.test('a link never leaves its origin, whatever template and values are', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom('https://a.test', 'http://a.test:81', 'https://münchen.test', 'https://[::1]'),
      fc.constantFrom('/', '?', '#'),
      fc.array(part, { maxLength: 8 }),
      fc.array(fc.oneof(wild, fc.integer()), {
        minLength: placeholderNames.length,
        maxLength: placeholderNames.length,
      }),
      (origin, end, parts, values) => {
        const url = fillLink(
          origin + end + parts.join(''),
          ({ placeholder }) => values[placeholderNames.indexOf(placeholder)] ?? '',
        )
        if (url === undefined) return
        assert.equal(new URL(url).origin, new URL(origin).origin)
        assert.match(url, /^https?:\/\/[!-~]+$/)
        assert.ok(url.length <= 2000)
      },
    ),
  )
  t.end()
})

t.test('nothing that stands before the end of an origin lets a value into it', (t) => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), wild, (parts, value) => {
      const template = `https://a.test${parts.join('')}`
      const url = filled(template, value)
      if (url === undefined) return
      assert.equal(new URL(url).origin, new URL(filled(template, 'x') ?? '').origin)
    }),
  )
  t.end()
})

t.test('a value is read back whole from a query, where it is short', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (value) => {
      const url = filled('https://a.test/?q={message}', value)
      assert.equal(new URL(url ?? '').searchParams.get('q'), value.toWellFormed())
    }),
  )
  t.end()
})
