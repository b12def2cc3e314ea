import fc from 'fast-check'
import t from 'tap'
import { type ParsedDocument, parseDocument, parseMembers } from '../../../src/config/document/document.js'
import { documentMembers, documentRuleMembers } from '../../../src/config/document-members.js'

const written =
  '{"enabled":true,"url":"https://example.test/hook","secret":"s3cret","threshold":10,"window_seconds":60,"cooldown_seconds":300,"status_code_threshold":500}'

function documentOf(text: string): unknown {
  const parsed = parseDocument(text)
  return parsed.kind === 'valid' ? parsed.document : parsed.problems
}

function problemsOf(parsed: ParsedDocument): readonly { path: string; message: string }[] {
  return parsed.kind === 'invalid' ? parsed.problems : []
}

await t.test('reads what the original service writes', async (t) => {
  t.strictSame(documentOf(written), JSON.parse(written))
  t.strictSame(documentOf('{"window_type":"fixed"}'), { window_type: 'fixed' })
})

await t.test('a member that is missing or null is absent; an empty text is an empty text', async (t) => {
  t.strictSame(documentOf('{}'), {})
  t.strictSame(documentOf('{"url":null,"threshold":null,"enabled":null,"window_type":null}'), {})
  t.strictSame(documentOf('{"secret":"","url":""}'), { secret: '', url: '' })
})

await t.test('trims url and secret, and keeps numbers that stand for a default', async (t) => {
  t.strictSame(documentOf('{"url":" https://example.test ","secret":" s ","threshold":0,"window_seconds":-5}'), {
    url: 'https://example.test',
    secret: 's',
    threshold: 0,
    window_seconds: -5,
  })
})

await t.test('ignores members it does not know, and hands them on as they are', async (t) => {
  const text = '{"threshold":3,"owner":{"team":"payments"},"toString":1,"__proto__":{"enabled":true}}'
  const parsed = parseDocument(text)
  t.equal(parsed.kind, 'valid')
  if (parsed.kind !== 'valid') return
  t.strictSame(parsed.document, { threshold: 3 })
  t.equal(JSON.stringify(parsed.members), text)
})

const further = [
  'cooldown_max_seconds',
  'window_type',
  'group_by',
  'format',
  'send_resolved',
  'percent',
  'new_only',
  'new_after_days',
  'learn_seconds',
  'max_alerts_per_minute',
  'timeout_ms',
  'links',
  'labels',
  'template',
  'headers',
]

await t.test('knows the seven members of the original, and further ones', async (t) => {
  t.strictSame(documentMembers, [...Object.keys(JSON.parse(written)), ...further, 'rules', 'ignore'])
})

await t.test('cannot say who may be called, nor through what: only code can', async (t) => {
  const codeOnly = { proxy: 'http://evil.test', allowedOrigins: [], allowPrivateDestinations: true }
  const snakeCase = { allowed_origins: [], allow_private_destinations: true }
  const text = JSON.stringify({ ...codeOnly, ...snakeCase, rules: [{ name: 'a', ...codeOnly, ...snakeCase }] })
  t.strictSame(documentOf(text), { rules: [{ name: 'a' }] })
})

await t.test('refuses secrets that no header can hold, and a url with user info, without showing either', async (t) => {
  for (const secret of ['canary\rb', 'canary\nb', 'canary\0b', 'canary\u00ef', 'canary\ud83d\udd11']) {
    const [problem, ...more] = problemsOf(parseMembers({ secret }))
    t.match(problem?.message, /^Expected `secret` to be printable ASCII.*got another text$/)
    t.strictSame(more, [])
  }
  for (const url of ['https://user:canary@a.test', 'https://canary@a.test']) {
    const [problem, ...more] = problemsOf(parseMembers({ url }))
    t.equal(problem?.message, 'Expected `url` to be a URL without user info (`secret` replaces it), got another text')
    t.strictSame(more, [])
  }
})

await t.test('refuses what is no JSON object', async (t) => {
  for (const text of ['', 'not json', '{"threshold":', '[]', '[{}]', 'null', '5', '"text"', 'true']) {
    const problems = problemsOf(parseDocument(text))
    t.equal(problems.length, 1, text)
    t.equal(problems[0]?.path, '', text)
    t.match(problems[0]?.message, /^Expected the config to be (a )?JSON/, text)
  }
  for (const members of [undefined, null, [], 'text', 5]) t.equal(parseMembers(members).kind, 'invalid')
})

await t.test('refuses a text that is too long before it is parsed', async (t) => {
  const padded = (length: number): string => `{"note":"${'x'.repeat(length - '{"note":""}'.length)}"}`
  t.equal(parseDocument(padded(65_536)).kind, 'valid')
  const [problem] = problemsOf(parseDocument(padded(65_537)))
  t.equal(problem?.message, 'Expected the config to have at most 65536 characters, got 65537')
})

await t.test('refuses wrong types and bad URLs, each under its own path, all at once', async (t) => {
  const text = JSON.stringify({
    enabled: 'yes',
    url: 'ftp://canary.test',
    secret: 'whsec_canary',
    threshold: '10',
    window_seconds: 1.5,
    cooldown_seconds: 2 ** 31,
    status_code_threshold: [],
    cooldown_max_seconds: '5',
    window_type: 'tumbling',
    group_by: 5,
    format: 'Slack',
    send_resolved: 'yes',
    percent: 101,
    new_only: 'yes',
    new_after_days: 0,
    learn_seconds: -1,
    max_alerts_per_minute: 0,
    timeout_ms: 499,
    links: 'https://canary.test/',
    labels: ['canary'],
    template: '{canary7f3a}',
    headers: 'X-Api-Key: canary',
    rules: 'x',
    ignore: 'x',
  })
  const problems = problemsOf(parseDocument(text))
  t.strictSame(
    problems.map(({ path }) => path),
    documentMembers,
  )
  for (const { path, message } of problems) t.match(message, new RegExp(`^Expected \`${path}\` to be .*, got .*$`))
  t.notMatch(problems.map(({ message }) => message).join(), /canary/)
})

await t.test('a secret of a wrong type is not shown either', async (t) => {
  for (const secret of [31_415_926, [31_415_926], { canary: 1 }, true]) {
    const [problem] = problemsOf(parseDocument(JSON.stringify({ secret })))
    t.equal(problem?.path, 'secret')
    t.notMatch(problem?.message, /31415926|canary|got `true`/)
  }
})

await t.test('never throws, and shows nothing that it was given as a secret or URL', async () => {
  const canary = 'canary7f3a'
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(
      canary,
      `https://${canary}.test/${canary}`,
      `whsec_${canary}`,
      `http://u:${canary}@x.test`,
      { [canary.repeat(10)]: canary },
      { 'X-Api-Key': `${canary}\n` },
      { Host: canary },
      { 'X-Api-Key': canary, 'x-api-key': canary },
      { Runbook: `https://x.test/${canary}/{count` },
      { 'Run: book': [`{${canary}}`] },
      0,
      1,
      true,
    ),
  )
  const documents = fc.record(Object.fromEntries([...documentMembers, 'note'].map((member) => [member, value])), {
    requiredKeys: [],
  })
  fc.assert(
    fc.property(fc.oneof(documents, fc.jsonValue()), (document) => {
      const parsed = parseDocument(JSON.stringify(document))
      for (const { path, message } of problemsOf(parsed)) {
        if (
          path !== '' &&
          !/^(rules|group_by|ignore|links|labels|template|headers)\./.test(path) &&
          !documentMembers.includes(path)
        )
          return false
        if (message.includes(canary)) return false
      }
      return parsed.kind === 'valid' || parsed.problems.length > 0
    }),
    { numRuns: 500 },
  )
  fc.assert(fc.property(fc.string(), (text) => ['valid', 'invalid'].includes(parseDocument(text).kind)))
})

await t.test('reads rules: their known members, without nulls, the rest passed over', async (t) => {
  const rules = [
    { name: 'a', match: { model: ['m1', 'm2'] }, threshold: 0, url: ' https://a.test/ ', owner: 'me', secret: null },
    { name: 'b' },
  ]
  t.strictSame(documentOf(JSON.stringify({ rules })), {
    rules: [{ name: 'a', match: { model: ['m1', 'm2'] }, threshold: 0, url: 'https://a.test/' }, { name: 'b' }],
  })
  t.strictSame(documentRuleMembers.slice(0, 2), ['name', 'match'])
})

await t.test('refuses rules that are wrong, each by its place', async (t) => {
  const rows: [rules: unknown, path: string, message: RegExp][] = [
    [{}, 'rules', /a list of rules/],
    [[{ name: '' }], 'rules.0.name', /a name of 1 to 64/],
    [[{ name: 'a' }, { name: 'b' }, { name: 'a' }], 'rules.2.name', /a name that no rule before it has/],
    [[{ name: 'a', window_seconds: 'x' }], 'rules.0.window_seconds', /an integer/],
    [[{ name: 'a', group_by: ['a', 'req.body.b'] }], 'rules.0.group_by.1', /outside of headers, cookies/],
    [[{ name: 'a', group_by: 'req.query.q' }], 'rules.0.group_by.0', /outside of headers, cookies/],
    [
      [{ name: 'a', match: { 'req.headers.host': 'x' } }],
      'rules.0.match.req.headers.host',
      /outside of headers, cookies/,
    ],
  ]
  for (const [rules, path, message] of rows) {
    const [problem, ...more] = problemsOf(parseMembers({ rules }))
    t.equal(problem?.path, path)
    t.match(problem?.message, message)
    t.strictSame(more, [])
  }
})
