import t from 'tap'
import { secretsMissingInDocument, secretsMissingInOptions } from '../../../src/config/document/missing-secrets.js'

const url = 'https://events.pagerduty.com/v2/enqueue'
const pathsOf = (problems: readonly { readonly path: string }[]): string[] => problems.map(({ path }) => path)

t.test('options that tell PagerDuty need a secret, each rule its own or one that it inherits', (t) => {
  t.strictSame(secretsMissingInOptions({ url }), [
    { path: 'secret', message: 'Expected `secret` to be PagerDuty’s routing key, got none' },
  ])
  for (const fine of [{ url, secret: 'k' }, { url, enabled: false }, { url, format: 'json' as const }, {}])
    t.strictSame(secretsMissingInOptions(fine), [])
  t.strictSame(pathsOf(secretsMissingInOptions({ url: 'https://a.test/', format: 'pagerduty' })), ['secret'])
  const rules = [{ name: 'a' }, { name: 'b', url }, { name: 'c', url, secret: 'k' }]
  t.strictSame(pathsOf(secretsMissingInOptions({ url: 'https://a.test/', secret: 'k', rules })), ['rules.1.secret'])
  const inheriting = [{ name: 'a' }, { name: 'b' }, { name: 'c', secret: '' }]
  t.strictSame(pathsOf(secretsMissingInOptions({ url, rules: inheriting })), ['secret', 'rules.2.secret'])
  t.end()
})

t.test('a document does where options cannot have it', (t) => {
  const enabled = true
  t.strictSame(pathsOf(secretsMissingInDocument({ enabled, url, secret: '' })), ['secret'])
  for (const fine of [
    { enabled, url },
    { enabled, url, secret: 'k' },
    { enabled: false, url, secret: '' },
    { secret: '' },
  ])
    t.strictSame(secretsMissingInDocument(fine), [])
  const rules = [{ name: 'a' }, { name: 'b', url }]
  const elsewhere = { enabled, url: 'https://a.test/', secret: 'k', rules }
  t.strictSame(pathsOf(secretsMissingInDocument(elsewhere)), ['rules.1.secret'])
  t.strictSame(pathsOf(secretsMissingInDocument({ enabled, url, secret: '', rules: [{ name: 'a' }] })), ['secret'])
  t.end()
})
