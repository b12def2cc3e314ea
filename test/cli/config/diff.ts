import t from 'tap'
import { diffOf } from '../../../src/cli/config/diff.js'
import { a, b, invalidConfig, missingConfig, storedConfig as valid } from '../../fixtures/stored-documents.js'

const lines = (before: Parameters<typeof diffOf>[0], after: Parameters<typeof diffOf>[1], columns = 80): string[] =>
  diffOf(before, after, columns).split('\n').slice(0, -1)
const slack = (token: string): string => `https://hooks.slack.com/services/T/B/${token}`

t.test('shows what is written, not what it falls back to', async (t) => {
  t.strictSame(lines(missingConfig, valid({ url: a, threshold: 3 })), [
    'url: (not stored) → https://a.test/…',
    'threshold: (not stored) → 3',
  ])
  t.strictSame(lines(valid({ url: a }), valid({ url: a, threshold: 10 })), ['threshold: (not stored) → 10'])
  t.strictSame(lines(valid({ url: a, threshold: 10 }), valid({ url: a })), ['threshold: 10 → (not stored)'])
  t.equal(diffOf(valid({ url: a }), valid({ url: a }), 80), '')
  t.strictSame(lines(invalidConfig(), valid({ threshold: 3 })), ['threshold: (not stored) → 3'])
})

t.test('shows a change of one rule as a line of its own', async (t) => {
  const rules = (threshold: number) => ({
    rules: [{ name: 'payments', match: { msg: 'x' }, threshold }, { name: 'db' }],
  })
  t.strictSame(lines(valid(rules(10)), valid(rules(20))), ['rules.payments.threshold: 10 → 20'])
  t.strictSame(lines(valid(rules(10)), valid({ rules: [{ name: 'db' }] })), [
    'rules: payments, db → db',
    'rules.payments.match.msg: x → (not stored)',
    'rules.payments.threshold: 10 → (not stored)',
  ])
})

t.test('says which secrets and urls change, those of rules too, and shows none', async (t) => {
  const rules = (secret: string) => ({
    url: slack(secret),
    rules: [{ name: 'x', secret, url: slack(secret) }, { name: 'y' }],
  })
  const before = valid({ ...rules('canary1'), secret: 'canary2', owner: { key: 'canary3' } })
  const after = valid({ ...rules('canary4'), secret: 'canary5', owner: { key: 'canary6' } })
  t.strictSame(lines(before, after).sort(), [
    'owner: set → another one',
    'rules.x.secret: set → another one',
    'rules.x.url: https://hooks.slack.com/… → another one',
    'secret: set → another one',
    'url: https://hooks.slack.com/… → another one',
  ])
  t.strictSame(lines(valid({ url: a }), valid({ url: a, secret: 'canary' })), ['secret: (not stored) → set'])
  t.strictSame(lines(valid({ url: a, secret: 'canary' }), valid({ url: a, secret: '' })), ['secret: set → none'])
  t.strictSame(lines(valid({ url: a }), valid({ url: b })), ['url: https://a.test/… → https://b.test/…'])
  t.notMatch(lines(before, after).join(), /canary/)
})

t.test('shows what this version does not know as it comes and goes', async (t) => {
  const rule = { name: 'x' }
  const known = valid({ rules: [rule] })
  const unknown = valid({ owner: 'canary', rules: [{ ...rule, team: 'canary' }] })
  t.strictSame(lines(known, unknown), ['rules.x.team: (not stored) → set', 'owner: (not stored) → set'])
  t.strictSame(lines(unknown, known), ['rules.x.team: set → (not stored)', 'owner: set → (not stored)'])
})

t.test('keeps to the width of the terminal', async (t) => {
  const groups = (last: string) => valid({ group_by: ['a'.repeat(30), 'b'.repeat(30), last] })
  const shown = lines(groups('c'), groups('d'), 40)
  t.ok(shown.every((line) => line.length <= 40))
  t.match(shown, ['group_by:', /^ {2}- \["a/, /./])
  t.ok(shown.some((line) => line.startsWith('  + ')))
})
