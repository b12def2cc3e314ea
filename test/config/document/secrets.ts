import fc from 'fast-check'
import t from 'tap'
import { originOf } from '../../../src/config/checks/destination.js'
import { objectsOf, secretsMissingInDocument, secretsMissingInOptions } from '../../../src/config/document/secrets.js'
import { patchedDocument, wholeDocument } from '../../../src/config/document/writing.js'
import { a, b, paths, storedAs, written } from '../../fixtures/stored-documents.js'

t.test('a list of anything has an object at each place', async (t) => {
  t.strictSame(objectsOf([{ x: 1 }, 7]), [{ x: 1 }, {}])
  t.strictSame(objectsOf({}), [])
})

t.test('a secret that is left out is kept while its url keeps its origin', async (t) => {
  const stored = storedAs({
    url: a,
    secret: 's',
    rules: [
      { name: 'x', secret: 'x' },
      { name: 'y', url: b, secret: 'y' },
    ],
  })
  const rules = [{ name: 'x' }, { name: 'y', url: b }]
  t.match(written(wholeDocument({ url: `${a}/2`, rules }, stored)), {
    secret: 's',
    rules: [
      { name: 'x', secret: 'x' },
      { name: 'y', secret: 'y' },
    ],
  })
  t.strictSame(paths(wholeDocument({ url: b, rules }, stored)), ['secret', 'rules.0.secret'])
  t.strictSame(paths(wholeDocument({ url: a, rules: [{ name: 'y' }] }, stored)), ['rules.0.secret'])
  t.match(written(wholeDocument({ url: b, secret: 'new' }, stored)), { secret: 'new' })
  t.match(written(wholeDocument({ url: b, secret: '' }, stored)), { secret: '' })
  t.match(written(wholeDocument({ url: a, secret: null }, stored)), { secret: '' })
  const cleared = written(wholeDocument({ url: a, rules: [{ name: 'x', secret: null }] }, stored))
  t.strictSame((cleared as { rules: unknown }).rules, [{ name: 'x' }])
  t.match(written(wholeDocument({ enabled: false, url: '' }, stored)), { secret: 's' }, 'it goes nowhere')
})

t.test('headers that are left out are kept while their url keeps its origin', async (t) => {
  const headers = { 'X-Api-Key': 'canary' }
  const stored = storedAs({
    url: a,
    headers,
    rules: [
      { name: 'x', headers },
      { name: 'y', url: b, headers },
    ],
  })
  const rules = [{ name: 'x' }, { name: 'y', url: b }]
  t.match(written(wholeDocument({ url: `${a}/2`, rules }, stored)), { headers, rules: [{ headers }, { headers }] })
  const moved = wholeDocument({ url: b, rules }, stored)
  t.match(written(moved), [
    {
      path: 'headers',
      message: 'Expected `headers` to be given anew, or as {} for none, since the url has moved to another origin',
    },
    { path: 'rules.0.headers' },
  ])
  t.notMatch(JSON.stringify(moved), /canary/)
  t.match(written(wholeDocument({ url: b, headers: { B: 'b' } }, stored)), { headers: { B: 'b' } })
  for (const none of [{}, null]) {
    t.notMatch(JSON.stringify(written(wholeDocument({ url: a, headers: none }, stored))), /canary/)
    t.notMatch(JSON.stringify(written(wholeDocument({ url: b, headers: none }, stored))), /canary/)
  }
  t.match(written(wholeDocument({ enabled: false, url: '' }, stored)), { headers }, 'they go nowhere')
  t.match(written(patchedDocument({ threshold: 3 }, [], stored)), { headers, rules: [{ headers }, { headers }] })
  t.strictSame(paths(patchedDocument({ url: b }, [], stored)), ['headers', 'rules.0.headers'])
  t.strictSame(paths(patchedDocument({ url: b, headers: {} }, [], stored)), ['rules.0.headers'])
  t.strictSame(written(patchedDocument({}, ['headers', 'rules'], stored)), { url: a })
})

t.test('what hides a secret is never stored as one', async (t) => {
  for (const secret of ['***', '[REDACTED]', ' [redacted] ']) {
    t.strictSame(paths(wholeDocument({ secret }, undefined)), ['secret'], secret)
    t.strictSame(paths(patchedDocument({ secret }, [], undefined)), ['secret'], secret)
    t.strictSame(paths(wholeDocument({ rules: [{ name: 'x', secret }] }, undefined)), ['rules.0.secret'], secret)
  }
  t.match(written(wholeDocument({ secret: 'a*' }, undefined)), { secret: 'a*' })
  const headers = { 'X-Api-Key': '***', 'X-Other': 'a*' }
  t.strictSame(paths(wholeDocument({ headers }, undefined)), ['headers.X-Api-Key'])
  t.strictSame(paths(patchedDocument({ rules: [{ name: 'x', headers }] }, [], undefined)), [
    'rules.0.headers.X-Api-Key',
  ])
})

t.test('no writing takes a stored secret to another origin', async (t) => {
  const url = fc.constantFrom('', a, `${a}2`, b, 'http://a.test/', undefined)
  const secret = (text: string) => fc.constantFrom(undefined, '', text)
  const headers = (text: string) => fc.constantFrom(undefined, {}, { 'X-Api-Key': text })
  const document = (text: string) =>
    fc
      .record({
        url,
        secret: secret(text),
        rules: fc.constantFrom(undefined, ['x'], ['x', 'y']),
        ruleUrl: url,
        ruleSecret: secret(text),
        headers: headers(text),
        ruleHeaders: headers(text),
      })
      .map(({ rules, ruleUrl, ruleSecret, ruleHeaders, ...base }) =>
        clean({
          ...base,
          rules: rules?.map((name) => clean({ name, url: ruleUrl, secret: ruleSecret, headers: ruleHeaders })),
        }),
      )
  /** Each secret that a document holds, with the origin that it goes to. */
  const uses = (members: object): [secret: string, origin: string][] => {
    const { document } = storedAs(members)
    const all = [document, ...(document.rules ?? []).map((rule) => ({ ...rule, url: rule.url ?? document.url }))]
    return all.flatMap(({ url, secret = '', headers = {} }) =>
      [secret, ...Object.values(headers)]
        .filter((text) => text !== '')
        .map((text): [string, string] => [text, originOf(url ?? '')]),
    )
  }
  let kept = 0
  fc.assert(
    fc.property(document('old'), document('new'), fc.boolean(), (before, after, isPatch) => {
      const stored = storedAs(before)
      const writing = isPatch ? patchedDocument({ ...after }, [], stored) : wholeDocument(after, stored)
      if (writing.kind === 'invalid') return true
      const then = uses(before).map(([, origin]) => origin)
      const old = uses(writing.members).filter(([text]) => text === 'old')
      kept += old.length
      // In a patch, what its url inherits is not known here; it did not change.
      return old.every(([, origin]) => origin === '' || then.includes(origin))
    }),
    { numRuns: 3000 },
  )
  t.ok(kept > 100, `${kept} were kept`)
})

const pagerduty = 'https://events.pagerduty.com/v2/enqueue'
const pathsOf = (problems: readonly { readonly path: string }[]): string[] => problems.map(({ path }) => path)

t.test('options that tell PagerDuty need a secret, each rule its own or one that it inherits', (t) => {
  t.strictSame(secretsMissingInOptions({ url: pagerduty }), [
    { path: 'secret', message: 'Expected `secret` to be PagerDuty’s routing key, got none' },
  ])
  for (const fine of [
    { url: pagerduty, secret: 'k' },
    { url: pagerduty, enabled: false },
    { url: pagerduty, format: 'json' as const },
    {},
  ])
    t.strictSame(secretsMissingInOptions(fine), [])
  t.strictSame(pathsOf(secretsMissingInOptions({ url: 'https://a.test/', format: 'pagerduty' })), ['secret'])
  const rules = [{ name: 'a' }, { name: 'b', url: pagerduty }, { name: 'c', url: pagerduty, secret: 'k' }]
  t.strictSame(pathsOf(secretsMissingInOptions({ url: 'https://a.test/', secret: 'k', rules })), ['rules.1.secret'])
  const inheriting = [{ name: 'a' }, { name: 'b' }, { name: 'c', secret: '' }]
  t.strictSame(pathsOf(secretsMissingInOptions({ url: pagerduty, rules: inheriting })), ['secret', 'rules.2.secret'])
  t.end()
})

t.test('a document does where options cannot have it', (t) => {
  const enabled = true
  t.strictSame(pathsOf(secretsMissingInDocument({ enabled, url: pagerduty, secret: '' })), ['secret'])
  for (const fine of [
    { enabled, url: pagerduty },
    { enabled, url: pagerduty, secret: 'k' },
    { enabled: false, url: pagerduty, secret: '' },
    { secret: '' },
  ])
    t.strictSame(secretsMissingInDocument(fine), [])
  const rules = [{ name: 'a' }, { name: 'b', url: pagerduty }]
  const elsewhere = { enabled, url: 'https://a.test/', secret: 'k', rules }
  t.strictSame(pathsOf(secretsMissingInDocument(elsewhere)), ['rules.1.secret'])
  t.strictSame(pathsOf(secretsMissingInDocument({ enabled, url: pagerduty, secret: '', rules: [{ name: 'a' }] })), [
    'secret',
  ])
  t.end()
})

function clean(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
