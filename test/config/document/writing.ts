import t from 'tap'
import {
  fillIn,
  patchedDocument,
  toPublicConfig,
  unknownMembers,
  wholeDocument,
  writingProblems,
} from '../../../src/config/document/writing.js'
import { a, b, paths, storedAs, written } from '../../fixtures/stored-documents.js'

t.test('fills in the seven members, and shows no secret', async (t) => {
  const defaults = { threshold: 10, window_seconds: 60, cooldown_seconds: 300, status_code_threshold: 500 }
  t.strictSame(fillIn({ threshold: -1 }), { ...defaults, enabled: false, url: '', secret: '' })
  t.strictSame(toPublicConfig({}), { ...defaults, enabled: false, url: '', secret_set: false })
  const shown = toPublicConfig({ url: a, secret: 'canary', rules: [{ name: 'x', secret: 'canary' }, { name: 'y' }] })
  t.match(shown, {
    url: a,
    secret_set: true,
    rules: [
      { name: 'x', secret_set: true },
      { name: 'y', secret_set: false },
    ],
  })
  t.notMatch(JSON.stringify(shown), /canary|"secret"/)
  t.strictSame(writingProblems({ enabled: true }), [{ path: 'url', message: 'url is required when enabled' }])
  t.strictSame(writingProblems({ enabled: true, url: a }), [])
  t.strictSame(unknownMembers(storedAs({ url: a, owner: 'ops' })), { owner: 'ops' })
})

t.test('a whole document is filled in, and keeps what this version does not know', async (t) => {
  const stored = storedAs({
    url: a,
    window_type: 'fixed',
    owner: 'ops',
    rules: [{ name: 'x', team: 'db', threshold: 3 }],
  })
  t.strictSame(
    written(wholeDocument({ url: b, secret_set: true, rules: [{ name: 'x', secret_set: false }] }, stored)),
    {
      owner: 'ops',
      ...fillIn({ url: b }),
      rules: [{ team: 'db', name: 'x' }],
    },
  )
  t.match(written(wholeDocument({ url: b, owner: 'us' }, stored)), { owner: 'us' })
  t.match(written(wholeDocument({ url: b, rules: [{ name: 'x', team: 'web' }] }, stored)), { rules: [{ team: 'web' }] })
  t.strictSame(paths(wholeDocument({ treshold: 3, rules: [{ name: 'x', team: 'q', tresh: 1 }, 7] }, stored)), [
    'rules.1',
    'treshold',
    'rules.0.tresh',
  ])
  t.strictSame(paths(wholeDocument('{}', stored)), [''])
  t.strictSame(paths(wholeDocument([], undefined)), [''])
  t.strictSame(paths(wholeDocument(JSON.parse('{"__proto__":{},"constructor":1}'), undefined)), [
    '__proto__',
    'constructor',
  ])
})

t.test('a patch changes what it names, fills nothing in, and removes what it should', async (t) => {
  const stored = storedAs({ url: a, secret: 's', window_type: 'fixed', owner: 'ops' })
  t.strictSame(written(patchedDocument({ threshold: 20 }, ['window_type'], stored)), {
    url: a,
    secret: 's',
    owner: 'ops',
    threshold: 20,
  })
  t.strictSame(written(patchedDocument({ threshold: 20 }, [], undefined)), { threshold: 20 })
  t.strictSame(paths(patchedDocument({ treshold: 20 }, ['windows'], stored)), ['windows', 'treshold'])
  t.strictSame(paths(patchedDocument({ enabled: true }, [], undefined)), ['url'])
  t.strictSame(paths(patchedDocument({ threshold: 'x' }, [], stored)), ['threshold'])
  t.strictSame(paths(patchedDocument({ url: b }, [], stored)), ['secret'])
  t.strictSame(paths(patchedDocument({}, ['url'], stored)), ['secret'], 'the options’ url may be anybody’s')
  t.match(written(patchedDocument({ url: b, secret: 'n' }, [], stored)), { url: b, secret: 'n' })
  t.strictSame(Object.keys(written(patchedDocument({ url: b }, ['secret'], stored))).sort(), [
    'owner',
    'url',
    'window_type',
  ])
  const rules = [
    { name: 'x', secret: 'x' },
    { name: 'y', url: b, secret: 'y' },
  ]
  const withRules = storedAs({ url: a, rules })
  t.strictSame(paths(patchedDocument({ url: b }, [], withRules)), ['rules.0.secret'])
  t.match(written(patchedDocument({ threshold: 3 }, [], withRules)), { rules })
  t.match(written(patchedDocument({ rules: [{ name: 'y', url: b, threshold: 3 }] }, [], withRules)), {
    rules: [{ name: 'y', secret: 'y', threshold: 3 }],
  })
})

t.test('PagerDuty is not stored without its routing key, unless options may bring it', async (t) => {
  const url = 'https://events.pagerduty.com/v2/enqueue'
  const on = { enabled: true, url }
  t.strictSame(paths(wholeDocument(on, undefined)), ['secret'])
  t.match(written(wholeDocument({ ...on, secret: 'k' }, undefined)), { secret: 'k' })
  t.match(written(wholeDocument(on, storedAs({ url, secret: 'k' }))), { secret: 'k' })
  t.strictSame(paths(wholeDocument(on, storedAs({ url: a, secret: 'k' }))), ['secret'], 'once')
  t.match(written(wholeDocument({ ...on, format: 'json' }, undefined)), { format: 'json' })
  t.match(written(patchedDocument(on, [], undefined)), on)
  t.strictSame(paths(patchedDocument({ ...on, secret: '' }, [], undefined)), ['secret'])
  t.strictSame(paths(patchedDocument({ url: a, secret: '', enabled: true, format: 'pagerduty' }, [], undefined)), [
    'secret',
  ])
})

t.test(
  'a patch of the rules keeps what this version does not know of them, and takes nothing new of that kind',
  async (t) => {
    const stored = storedAs({ url: a, rules: [{ name: 'x', team: 'db', secret: 's' }] })
    t.strictSame(written(patchedDocument({ rules: [{ name: 'x', threshold: 3 }, { name: 'y' }] }, [], stored)), {
      url: a,
      rules: [{ team: 'db', name: 'x', threshold: 3, secret: 's' }, { name: 'y' }],
    })
    t.strictSame(paths(patchedDocument({ rules: [{ name: 'x', max_groups: 3 }] }, [], stored)), ['rules.0.max_groups'])
  },
)
