import t from 'tap'
import {
  fillIn,
  patchedDocument,
  patchedRule,
  toPublicConfig,
  unknownMembers,
  wholeDocument,
  withoutSecrets,
  writingProblems,
} from '../../../src/config/document/writing.js'
import { a, b, paths, storedAs, written } from '../../fixtures/stored-documents.js'

t.test('fills in the seven members, and shows no secret', async (t) => {
  const defaults = { threshold: 10, window_seconds: 60, cooldown_seconds: 300, status_code_threshold: 500 }
  t.strictSame(fillIn({ threshold: -1 }), { ...defaults, enabled: false, url: '', secret: '' })
  t.strictSame(toPublicConfig({}), { ...defaults, enabled: false, url: '', secret_set: false, headers_set: [] })
  const shown = toPublicConfig({ url: a, secret: 'canary', rules: [{ name: 'x', secret: 'canary' }, { name: 'y' }] })
  t.match(shown, {
    url: a,
    secret_set: true,
    headers_set: [],
    rules: [
      { name: 'x', secret_set: true, headers_set: [] },
      { name: 'y', secret_set: false, headers_set: [] },
    ],
  })
  t.notMatch(JSON.stringify(shown), /canary|"secret"/)
  t.strictSame(writingProblems({ enabled: true, url: '' }), [{ path: 'url', message: 'url is required when enabled' }])
  t.strictSame(writingProblems({ enabled: true }), [], 'the url may be in code')
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
  t.strictSame(written(patchedDocument({ enabled: true }, [], undefined)), { enabled: true }, 'the url may be in code')
  t.strictSame(paths(patchedDocument({ enabled: true, url: '' }, [], undefined)), ['url'])
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

t.test('a whole document that is not filled in stays as it is given, and may have its url in code', async (t) => {
  const stored = storedAs({ url: a, secret: 's', owner: 'ops', threshold: 4 })
  const given = { enabled: true, url: a, threshold: 5, secret_set: true, headers_set: ['x'] }
  t.strictSame(written(wholeDocument(given, stored, false)), {
    owner: 'ops',
    enabled: true,
    url: a,
    threshold: 5,
    secret: 's',
  })
  t.strictSame(written(wholeDocument({ enabled: true }, undefined, false)), { enabled: true })
  t.strictSame(paths(wholeDocument({ enabled: true }, undefined)), ['url'])
  t.strictSame(paths(wholeDocument({ threshold: 5 }, stored, false)), ['secret'], 'the url in code may be anybody’s')
  t.strictSame(written(wholeDocument({ threshold: 5 }, storedAs({ secret: 's' }), false)), {
    threshold: 5,
    secret: 's',
  })
})

t.test('shows what a document has and nothing more, and takes that back', async (t) => {
  const stored = storedAs({ threshold: 5, secret: 'canary', rules: [{ name: 'x', secret: 'canary' }, { name: 'y' }] })
  const shown = withoutSecrets(stored.document)
  t.strictSame(shown, {
    threshold: 5,
    secret_set: true,
    headers_set: [],
    rules: [
      { name: 'x', secret_set: true, headers_set: [] },
      { name: 'y', secret_set: false, headers_set: [] },
    ],
  })
  t.match(written(wholeDocument(shown, stored, false)), stored.members)
})

t.test('of headers it shows the names', async (t) => {
  const headers = { 'X-Api-Key': 'canary', 'X-Other': 'canary' }
  const stored = storedAs({ url: a, headers, rules: [{ name: 'x', headers: { B: 'canary' } }] })
  for (const shown of [withoutSecrets(stored.document), toPublicConfig(stored.document)]) {
    t.match(shown, { headers_set: ['X-Api-Key', 'X-Other'], rules: [{ name: 'x', headers_set: ['B'] }] })
    t.notMatch(JSON.stringify(shown), /canary/)
    t.match(written(wholeDocument(shown, stored)), stored.members, 'and takes that back')
  }
})

t.test('what goes wrong together in a document is told where it stands; a template may be in code', async (t) => {
  const pathsOf = (document: object): string[] => paths(wholeDocument(document, undefined, false))
  t.strictSame(pathsOf({ percent: 5, window_type: 'fixed' }), ['window_type'])
  t.strictSame(pathsOf({ percent: 5, rules: [{ name: 'x' }, { name: 'y', new_only: true }] }), ['rules.1.percent'])
  t.strictSame(pathsOf({ percent: 5, group_by: 'statusCode' }), ['group_by'])
  t.strictSame(pathsOf({ url: a, secret: 's', headers: { authorization: 'x' } }), ['headers'])
  t.strictSame(pathsOf({ format: 'template' }), [])
  t.strictSame(pathsOf({ format: 'template', template: '' }), ['template'])
  t.strictSame(pathsOf({ format: 'template', template: { text: '{title}' } }), [])
  t.strictSame(paths(patchedDocument({ percent: 5 }, [], storedAs({ window_type: 'fixed' }))), ['window_type'])
})

t.test('a patch of one rule leaves the others, and takes no stored secret to another origin', async (t) => {
  const rules = [
    { name: 'x', url: a, secret: 'x', threshold: 3, team: 'db' },
    { name: 'y', secret: 'y' },
  ]
  const stored = storedAs({ url: a, secret: 's', owner: 'ops', rules })
  const patch = (changes: object, unset: string[] = [], name = 'x') => {
    const writing = patchedRule(name, { ...changes }, unset, stored)
    if (writing === undefined) throw new Error('there is such a rule')
    return writing
  }
  t.match(written(patch({ threshold: 20 }, ['url'])), {
    url: a,
    secret: 's',
    owner: 'ops',
    rules: [
      { name: 'x', secret: 'x', threshold: 20, team: 'db' },
      { name: 'y', secret: 'y' },
    ],
  })
  t.strictSame(paths(patch({ url: b })), ['rules.0.secret'])
  t.match(written(patch({ url: b, secret: 'n' })), { rules: [{ url: b, secret: 'n' }, { secret: 'y' }] })
  t.notMatch(JSON.stringify(written(patch({ url: b }, ['secret']))), /"secret":"x"/)
  t.strictSame(paths(patch({ threshold: 'x', colour: 1 }, ['name', 'size'])).sort(), [
    'rules.0.colour',
    'rules.0.name',
    'rules.0.size',
    'rules.0.threshold',
  ])
  t.equal(patchedRule('z', { threshold: 1 }, [], stored), undefined)
  const headers = { 'X-Api-Key': 'k' }
  const withHeaders = storedAs({
    url: a,
    rules: [
      { name: 'x', headers },
      { name: 'y', headers },
    ],
  })
  t.match(patchedRule('x', { threshold: 4 }, [], withHeaders), {
    members: { rules: [{ threshold: 4, headers }, { headers }] },
  })
  const unset = patchedRule('x', {}, ['headers'], withHeaders)
  t.strictSame(unset, { kind: 'valid', members: { url: a, rules: [{ name: 'x' }, { name: 'y', headers }] } })
  t.match(patchedRule('x', { url: b }, [], withHeaders), { problems: [{ path: 'rules.0.headers' }] })
  t.equal(patchedRule('z', { threshold: 1 }, [], undefined), undefined)
})
