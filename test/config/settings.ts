import fc from 'fast-check'
import t from 'tap'
import { ruleDefaults } from '../../src/config/defaults.js'
import type { ConfigDocument } from '../../src/config/document-members.js'
import type { RuleDefinition, RuleOptions, SettingsOptions } from '../../src/config/options.js'
import { conflicts, type RuleSettings, refusedOrigin, resolveSettings } from '../../src/config/settings.js'

const url = 'https://example.test/hook'

function ruleOf(options: SettingsOptions, document?: ConfigDocument): RuleSettings {
  const { rules } = resolveSettings(options, document)
  const [rule] = rules
  if (rule === undefined || rules.length > 1) throw new Error('Expected one rule')
  return rule
}

await t.test('without options and document there is one rule, off, with the defaults', async (t) => {
  t.strictSame(ruleOf({}), {
    name: 'default',
    enabled: false,
    url: '',
    secret: '',
    format: 'json',
    threshold: 10,
    windowMs: 60_000,
    cooldownMs: 300_000,
    statusCodeThreshold: 500,
    windowType: 'sliding',
    cooldownMaxMs: 0,
    groupBy: [],
    maxGroups: 1000,
    sendResolved: false,
    newOnly: false,
    newAfterMs: 14 * 86_400_000,
    learnMs: 3_600_000,
    maxAlertsPerMinute: 10,
    percent: 0,
    links: {},
    labels: {},
    template: undefined,
    headers: {},
    timeoutMs: 3000,
  })
})

await t.test('options set a rule, seconds become milliseconds', async (t) => {
  const options = {
    url,
    secret: 's3cret',
    threshold: 3,
    windowSeconds: 5,
    cooldownSeconds: 7,
    statusCodeThreshold: 429,
    windowType: 'fixed',
    cooldownMaxSeconds: 70,
    groupBy: ['providerName', 'provider_name', 'app.areaCode'],
    maxGroups: 9,
    format: 'cloudevents',
    sendResolved: true,
    newAfterDays: 2,
    learnSeconds: 0,
    maxAlertsPerMinute: 4,
    links: { Runbook: 'https://wiki.test/{rule}' },
    labels: { team: 'payments' },
    template: { text: ['{title}', null] },
    headers: { 'X-Api-Key': 'k' },
    timeoutMs: 700,
  } as const
  t.strictSame(ruleOf(options), {
    name: 'default',
    enabled: true,
    url,
    secret: 's3cret',
    format: 'cloudevents',
    threshold: 3,
    windowMs: 5000,
    cooldownMs: 7000,
    statusCodeThreshold: 429,
    windowType: 'fixed',
    cooldownMaxMs: 70_000,
    groupBy: ['provider_name', 'app.areaCode'],
    maxGroups: 9,
    sendResolved: true,
    newOnly: false,
    newAfterMs: 2 * 86_400_000,
    learnMs: 0,
    maxAlertsPerMinute: 4,
    percent: 0,
    links: options.links,
    labels: options.labels,
    template: options.template,
    headers: options.headers,
    timeoutMs: 700,
  })
})

await t.test(
  'a rule that counts only what is new tells each, unless a threshold stands in the same object',
  async (t) => {
    const thresholdOf = (options: SettingsOptions, document?: ConfigDocument) => ruleOf(options, document).threshold
    t.equal(thresholdOf({ newOnly: true }), 1)
    t.equal(thresholdOf({ newOnly: true, threshold: 4 }), 4)
    t.equal(thresholdOf({ threshold: 4 }, { new_only: true }), 1)
    t.equal(thresholdOf({ newOnly: true }, { threshold: 4 }), 4)
    t.equal(thresholdOf({ threshold: 4, rules: [{ name: 'a', newOnly: true }] }), 1)
    t.equal(thresholdOf({ newOnly: true, threshold: 4, rules: [{ name: 'a' }] }), 4)
    t.equal(thresholdOf({ newOnly: true, rules: [{ name: 'a', threshold: 3 }] }), 3)
    // The rule is not asked for new kinds, so it is counted as any other.
    t.equal(thresholdOf({ newOnly: true, rules: [{ name: 'a', newOnly: false }] }), 10)
    t.equal(thresholdOf({ newOnly: true }, { new_only: false }), 10)
  },
)

await t.test('what is new cannot be counted in fixed windows, by the rule in force', async (t) => {
  const conflictsOf = (options: SettingsOptions, document?: ConfigDocument) =>
    conflicts(resolveSettings(options, document)).map(({ message }) => message)
  t.strictSame(conflictsOf({ newOnly: true, windowType: 'sliding' }), [])
  t.strictSame(conflictsOf({ windowType: 'fixed', rules: [{ name: 'a', newOnly: true }, { name: 'b' }] }), [
    'Expected the rule a to have sliding windows, since it counts only what is new, got fixed ones',
  ])
  t.equal(conflictsOf({ windowType: 'fixed' }, { new_only: true }).length, 1)
  t.strictSame(conflictsOf({ windowType: 'fixed' }, { new_only: true, window_type: 'sliding' }), [])
})

await t.test(
  'a share of requests cannot be had in fixed windows, of new kinds, or by what errors alone have',
  async (t) => {
    const conflictsOf = (options: SettingsOptions, document?: ConfigDocument) =>
      conflicts(resolveSettings(options, document)).map(({ option, message }) => [option, message])
    const message = (rest: string): string => `Expected the rule default to have ${rest}`
    t.strictSame(conflictsOf({ percent: 5, groupBy: ['model', 'http.route'] }), [])
    t.strictSame(conflictsOf({ percent: 5, windowType: 'fixed' }), [
      ['windowType', message('sliding windows, since it has a `percent`, got fixed ones')],
    ])
    t.strictSame(conflictsOf({ percent: 0.5, newOnly: true }), [
      ['percent', message('no `percent`, since it counts only what is new, got `0.5`')],
    ])
    for (const [path, shown] of [
      ['level', 'level'],
      ['statusCode', 'status_code'],
      ['status_code', 'status_code'],
      ['errorMessage', 'error_message'],
      ['error_message', 'error_message'],
      ['kind', 'kind'],
    ] as const)
      t.strictSame(conflictsOf({ percent: 5, groupBy: ['model', path] }), [
        ['groupBy', message(`no groups by level, status, message or kind, since it has a \`percent\`, got ${shown}`)],
      ])
    t.equal(conflictsOf({ percent: 5 }, { window_type: 'fixed' }).length, 1, 'by what is in force')
    t.strictSame(conflictsOf({ percent: 5, windowType: 'fixed' }, { window_type: 'sliding' }), [])
    t.equal(conflictsOf({ windowType: 'fixed', rules: [{ name: 'a', percent: 5 }, { name: 'b' }] }).length, 1)
  },
)

await t.test('the format `template` needs one, and a template of another format waits', async (t) => {
  const conflictsOf = (options: SettingsOptions, document?: ConfigDocument) =>
    conflicts(resolveSettings(options, document))
  const message = 'Expected the rule default to have a `template`, since that is its format, got none'
  t.strictSame(conflictsOf({ format: 'template' }), [{ rule: 'default', option: 'template', message }])
  t.strictSame(conflictsOf({ format: 'template', template: {} }), [])
  t.strictSame(conflictsOf({ format: 'json', template: { a: 1 } }), [])
  t.strictSame(conflictsOf({ template: 0 }, { format: 'template' }), [], 'any JSON will do')
  t.strictSame(conflictsOf({ format: 'template' }, { template: ['{id}'] }), [])
  t.equal(conflictsOf({ format: 'template', template: { a: 1 } }, { template: '' }).length, 1, 'a blank text is none')
  t.equal(ruleOf({ template: '' }).template, undefined)
})

await t.test('a header cannot stand where the secret does', async (t) => {
  const conflictsOf = (options: SettingsOptions, document?: ConfigDocument) =>
    conflicts(resolveSettings(options, document))
  const headers = { Authorization: 'Basic canary' }
  t.strictSame(conflictsOf({ url, headers }), [])
  const message = 'Expected the rule default to have no header `authorization`, since it has a `secret`, got both'
  t.strictSame(conflictsOf({ url, headers, secret: 'canary' }), [{ rule: 'default', option: 'headers', message }])
  t.strictSame(conflictsOf({ url, headers, secret: 'canary' }, { secret: '' }), [])
  t.equal(conflictsOf({ url, secret: 'canary' }, { headers }).length, 1)
  t.strictSame(conflictsOf({ url, secret: 's' }, { url: 'https://other.test/', headers }), [], 'it is not sent there')
})

await t.test('headers go only to the origin they were given for, as a secret does', async (t) => {
  const headers = { 'X-Api-Key': 'a' }
  const other = 'https://other.test/hook'
  const rows: readonly (readonly [SettingsOptions, ConfigDocument | undefined, object, boolean])[] = [
    [{ url, headers }, undefined, headers, false],
    [{ url, headers }, { enabled: true, url: 'https://example.test/another' }, headers, false],
    [{ url, headers }, { enabled: true, url: other }, {}, true],
    [{ url, headers }, { url: other }, {}, false],
    [{ url, headers }, { enabled: true, url: other, headers: {} }, {}, false],
    [{ url, headers }, { enabled: true, url: other, headers: { b: 'b' } }, { b: 'b' }, false],
    [{ url, headers }, { headers: { b: 'b' } }, { b: 'b' }, false],
    [{ url, headers, rules: [{ name: 'a', url: other }] }, undefined, {}, true],
    [{ url, headers, rules: [{ name: 'a', url: other, headers: { b: 'b' } }] }, undefined, { b: 'b' }, false],
    [{ url, rules: [{ name: 'a', headers }] }, undefined, headers, false],
    [{ url, rules: [{ name: 'a', headers }] }, { enabled: true, url: other }, {}, true],
  ]
  for (const [options, document, expected, isWithheld] of rows) {
    const settings = resolveSettings(options, document)
    const row = `${JSON.stringify(options)} under ${JSON.stringify(document)}`
    t.strictSame(settings.rules[0]?.headers, expected, row)
    t.equal(settings.isSecretWithheld, isWithheld, row)
  }
})

await t.test('a rule is on or off as the run-time config says', async (t) => {
  const rows: readonly (readonly [options: RuleOptions, document: ConfigDocument | undefined, enabled: boolean])[] = [
    [{ url }, undefined, true],
    [{ url, enabled: false }, undefined, false],
    [{ enabled: true }, undefined, false],
    [{ url: '', enabled: true }, undefined, false],
    [{ url }, {}, true],
    [{ url }, { threshold: 3 }, true],
    [{ url, enabled: false }, { threshold: 3 }, false],
    [{ url }, { enabled: false }, false],
    [{ url, enabled: false }, { enabled: true }, true],
    [{}, { enabled: true }, false],
    [{}, { enabled: true, url }, true],
    [{}, { url }, false],
    [{ url, enabled: true }, { url: 'https://other.test' }, false],
    [{ url }, { enabled: true, url: '' }, false],
    [{ url }, { url: '' }, false],
  ]
  for (const [options, document, enabled] of rows) {
    t.equal(ruleOf(options, document).enabled, enabled, `${JSON.stringify(options)} under ${JSON.stringify(document)}`)
  }
})

await t.test('the document comes before the options, the options before the defaults', async (t) => {
  const options = { url, threshold: 3, windowSeconds: 5, windowType: 'fixed' } as const
  const document = { threshold: 4, cooldown_seconds: 9, window_type: 'sliding' } as const
  t.hasStrict(ruleOf(options, document), {
    url,
    threshold: 4,
    windowMs: 5000,
    cooldownMs: 9000,
    statusCodeThreshold: 500,
    windowType: 'sliding',
  })
})

await t.test('0 and less in the document are the default, whatever the options say', async (t) => {
  const options = { url, threshold: 3, windowSeconds: 5, cooldownSeconds: 7, statusCodeThreshold: 429 }
  for (const number of [0, -1, -(2 ** 31)]) {
    const document = {
      threshold: number,
      window_seconds: number,
      cooldown_seconds: number,
      status_code_threshold: number,
    }
    t.hasStrict(ruleOf(options, document), {
      threshold: ruleDefaults.threshold,
      windowMs: 1000 * ruleDefaults.windowSeconds,
      cooldownMs: 1000 * ruleDefaults.cooldownSeconds,
      statusCodeThreshold: ruleDefaults.statusCodeThreshold,
    })
  }
})

await t.test('a secret goes only to the origin it was given for', async (t) => {
  const other = 'https://other.test/hook'
  const rows: readonly (readonly [
    options: RuleOptions,
    document: ConfigDocument | undefined,
    secret: string,
    isWithheld: boolean,
  ])[] = [
    [{ url, secret: 'a' }, undefined, 'a', false],
    [{ url, secret: 'a' }, { threshold: 3 }, 'a', false],
    [{ url, secret: 'a' }, { enabled: true, url }, 'a', false],
    [{ url, secret: 'a' }, { enabled: true, url: 'https://example.test/another/path' }, 'a', false],
    [{ url, secret: 'a' }, { enabled: true, url: 'https://example.test:443/' }, 'a', false],
    [{ url, secret: 'a' }, { enabled: true, url: 'http://example.test/hook' }, '', true],
    [{ url, secret: 'a' }, { enabled: true, url: 'https://example.test:8443/' }, '', true],
    [{ url, secret: 'a' }, { enabled: true, url: other }, '', true],
    [{ url, secret: 'a' }, { url: other }, '', false],
    [{ url, secret: 'a' }, { enabled: true, url: other, secret: '' }, '', false],
    [{ url, secret: 'a' }, { enabled: true, url: other, secret: 'b' }, 'b', false],
    [{ url, secret: 'a' }, { secret: 'b' }, 'b', false],
    [{ url, secret: 'a' }, { secret: '' }, '', false],
    [{ url }, { enabled: true, url: other }, '', false],
    [{ secret: 'a' }, { enabled: true, url: other }, '', true],
  ]
  for (const [options, document, secret, isWithheld] of rows) {
    const settings = resolveSettings(options, document)
    const row = `${JSON.stringify(options)} under ${JSON.stringify(document)}`
    t.equal(settings.rules[0]?.secret, secret, row)
    t.equal(settings.isSecretWithheld, isWithheld, row)
  }
})

await t.test('whatever options and document say, what is in force can be used', async () => {
  const urls = fc.constantFrom(undefined, '', url, 'http://127.0.0.1:1/a', 'https://other.test')
  const secrets = fc.constantFrom(undefined, '', 'of-options', 'of-document')
  const headers = fc.constantFrom(undefined, {}, { 'X-Api-Key': 'k' })
  const flags = fc.constantFrom(undefined, true, false)
  const given = fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { nil: undefined })
  const documented = fc.option(fc.integer({ max: 2 ** 31 - 1 }), { nil: undefined })
  const options = fc.record({
    url: urls,
    secret: secrets,
    headers,
    enabled: flags,
    threshold: given,
    windowSeconds: given,
  })
  const document = fc.option(
    fc.record({
      url: urls,
      secret: secrets,
      headers,
      enabled: flags,
      threshold: documented,
      window_seconds: documented,
    }),
    { nil: undefined },
  )
  fc.assert(
    fc.property(options, document, (options, document) => {
      const rule = ruleOf(options, document)
      const isSound = rule.threshold >= 1 && rule.windowMs >= 1000 && (!rule.enabled || rule.url !== '')
      const isInherited = document?.secret === undefined && rule.secret !== ''
      const isSameOrigin = new URL(options.url || 'none:').origin === new URL(rule.url || 'none:').origin
      const hasInherited = document?.headers === undefined && Object.keys(rule.headers).length > 0
      return isSound && ((!isInherited && !hasInherited) || isSameOrigin)
    }),
  )
})

await t.test('a destination outside of the allowed origins is refused, and not named', async (t) => {
  const settings = resolveSettings({ url }, undefined)
  t.equal(refusedOrigin(settings, undefined), undefined)
  t.equal(refusedOrigin(settings, ['http://a.test', 'https://example.test']), undefined)
  t.match(refusedOrigin(settings, ['http://example.test']), /`url`.*`allowedOrigins`/)
  t.match(refusedOrigin(settings, []), /another origin/)
  t.notMatch(refusedOrigin(settings, []), /example\.test/)
  t.equal(refusedOrigin(resolveSettings({}, undefined), []), undefined, 'no destination is no wrong one')
})

const document = (members: ConfigDocument): ConfigDocument => ({ enabled: true, ...members })

await t.test('a rule inherits what it leaves out: from the document, the options, the defaults', async (t) => {
  const options = {
    url,
    secret: 's3cret',
    threshold: 3,
    rules: [{ name: 'a' }, { name: 'b', threshold: 7, windowSeconds: 5, windowType: 'fixed', match: { model: 'm' } }],
  } as const
  const { rules } = resolveSettings(options, document({ threshold: 4, cooldown_seconds: 9 }))
  const base = ruleOf({ url, secret: 's3cret', threshold: 4, cooldownSeconds: 9 })
  t.strictSame(rules, [
    { ...base, name: 'a' },
    { ...base, name: 'b', threshold: 7, windowMs: 5000, windowType: 'fixed', match: { model: 'm' } },
  ])
})

await t.test('the rules of the document replace those of the options whole', async (t) => {
  const options = { url, rules: [{ name: 'a', threshold: 3 }] }
  const names = (members: ConfigDocument): string[] =>
    resolveSettings(options, document(members)).rules.map(({ name }) => name)
  t.strictSame(names({}), ['a'])
  t.strictSame(names({ rules: [{ name: 'b' }, { name: 'c' }] }), ['b', 'c'])
  t.strictSame(names({ rules: [] }), ['default'], 'none of them: the unnamed one')
  t.equal(resolveSettings(options, document({ rules: [{ name: 'a' }] })).rules[0]?.threshold, 10, 'nothing is left')
  const rules = [{ name: 'a', match: { x: 1 } }]
  t.equal(resolveSettings({ rules }, document({})).rules[0]?.isMatchShared, undefined)
  t.equal(resolveSettings({ rules }, document({ rules })).rules[0]?.isMatchShared, true)
})

await t.test('a number <= 0 of a rule in the document is the default, whatever it could inherit', async (t) => {
  const rules = [{ name: 'a', threshold: 0, window_seconds: -1, cooldown_seconds: 0, status_code_threshold: 0 }]
  const options = { url, threshold: 3, windowSeconds: 3, cooldownSeconds: 3, statusCodeThreshold: 3 }
  t.strictSame(resolveSettings(options, document({ rules })).rules, [{ ...ruleOf({ url }), name: 'a' }])
})

await t.test('a rule may have a destination and a switch of its own', async (t) => {
  const of = (
    own: Partial<RuleDefinition>,
    options: RuleOptions = { url, secret: 's' },
    given?: ConfigDocument,
  ): unknown => {
    const settings = resolveSettings({ ...options, rules: [{ name: 'a', ...own }] }, given)
    const [rule] = settings.rules
    return [rule?.enabled, rule?.url, rule?.secret, settings.isSecretWithheld]
  }
  const there = 'https://example.test/there'
  const elsewhere = 'https://elsewhere.test/hook'
  t.strictSame(of({}), [true, url, 's', false])
  t.strictSame(of({ enabled: false }), [false, url, 's', false])
  t.strictSame(of({ url: there }), [true, there, 's', false], 'the same origin')
  t.strictSame(of({ url: elsewhere }), [true, elsewhere, '', true], 'a secret stays with its origin')
  t.strictSame(of({ url: elsewhere, secret: 'own' }), [true, elsewhere, 'own', false])
  t.strictSame(of({ url: elsewhere, secret: '' }), [true, elsewhere, '', false], 'none is wanted')
  t.strictSame(of({ url: elsewhere }, {}), [true, elsewhere, '', false])
  t.strictSame(of({ url: '' }), [false, '', '', false])
  t.strictSame(of({ enabled: true }, {}), [false, '', '', false], 'on, but nowhere to go')
  t.strictSame(of({}, { url, enabled: false }), [false, url, '', false])
  t.strictSame(of({}, { url, secret: 's' }, { url: elsewhere }), [false, elsewhere, '', false])
  t.strictSame(of({ enabled: true }, { url, secret: 's' }, { url: elsewhere }), [true, elsewhere, '', true])
  const moved = { enabled: true, url: elsewhere }
  t.strictSame(of({ secret: 'own' }, { url }), [true, url, 'own', false])
  t.strictSame(
    of({ secret: 'own' }, { url }, moved),
    [true, elsewhere, '', true],
    'its own was given for the options’ url',
  )
  t.strictSame(of({ secret: 'own' }, {}, moved), [true, elsewhere, '', true], 'or for none')
  t.strictSame(of({ secret: '' }, { url, secret: 's' }, moved), [true, elsewhere, '', false])
  t.strictSame(of({ secret: 'own', url }, { url: elsewhere }, moved), [true, url, 'own', false])
  t.strictSame(of({ secret: 'own' }, { url }, { enabled: true, url: there }), [true, there, 'own', false])
})

await t.test('groups, the longest cooldown and the end of an alert are inherited like all else', async (t) => {
  const options = { url, cooldownMaxSeconds: 900, groupBy: 'model', sendResolved: true, maxGroups: 5 }
  t.match(ruleOf(options), { cooldownMaxMs: 900_000, groupBy: ['model'], sendResolved: true, maxGroups: 5 })
  t.match(ruleOf(options, { enabled: true, url }), { cooldownMaxMs: 900_000, groupBy: ['model'], sendResolved: true })
  const document = { cooldown_max_seconds: 0, group_by: '', send_resolved: false }
  t.match(ruleOf(options, document), { cooldownMaxMs: 0, groupBy: [], sendResolved: false })
  t.match(ruleOf({ url, cooldownMaxSeconds: 5 }), { cooldownMaxMs: 300_000 }, 'never shorter than the cooldown')
  const rules = [{ name: 'a', groupBy: ['keyId'], sendResolved: false, maxGroups: 2, cooldownMaxSeconds: 600 }]
  const own = { groupBy: ['key_id'], sendResolved: false, maxGroups: 2, cooldownMaxMs: 600_000 }
  t.match(resolveSettings({ ...options, rules }, undefined).rules, [own])
  const documented = { rules: [{ name: 'b', group_by: ['x.y'], send_resolved: false, cooldown_max_seconds: -1 }] }
  t.match(resolveSettings(options, documented).rules, [
    { groupBy: ['x.y'], sendResolved: false, cooldownMaxMs: 0, maxGroups: 5 },
  ])
})

await t.test('the format is the rule’s, the document’s, the option’s, or guessed from the url in force', async (t) => {
  const slack = 'https://hooks.slack.com/services/T0/B0/x'
  const discord = 'https://discord.com/api/webhooks/1/x'
  const formatOf = (options: SettingsOptions, document?: ConfigDocument) => ruleOf(options, document).format
  t.equal(formatOf({}), 'json')
  t.equal(formatOf({ url: slack }), 'slack')
  t.equal(formatOf({ url: slack }, { url: discord }), 'discord')
  t.equal(formatOf({ url: slack }, { url }), 'json')
  t.equal(formatOf({ url: slack, format: 'json' }, { url: discord }), 'json')
  t.equal(formatOf({ url: slack, format: 'json' }, { url: discord, format: 'teams' }), 'teams')
  t.equal(
    formatOf({ url: slack, format: 'json', rules: [{ name: 'a', format: 'alertmanager' }] }, { format: 'teams' }),
    'alertmanager',
  )
  t.equal(formatOf({ url: slack, rules: [{ name: 'a', url: discord }] }), 'discord')
  t.equal(formatOf({ url: slack, rules: [{ name: 'a', url: discord }] }, { format: 'teams' }), 'teams')
  const document = {
    url,
    format: 'slack' as const,
    rules: [
      { name: 'a', format: 'googlechat' as const },
      { name: 'b', url: discord },
    ],
  }
  t.match(resolveSettings({}, document).rules, [{ format: 'googlechat' }, { format: 'slack' }])
})

await t.test(
  'what is ignored is the document’s, else the option’s; patterns are bounded with those of the rules',
  async (t) => {
    const [own, stored] = [[{ model: 'a' }], [{ model: 'b' }]]
    const ignoringOf = (options: SettingsOptions, document?: ConfigDocument) => {
      const { ignore, isIgnoreShared } = resolveSettings(options, document)
      return [ignore, isIgnoreShared]
    }
    t.strictSame(ignoringOf({}), [[], false])
    t.strictSame(ignoringOf({ ignore: own }), [own, false])
    t.strictSame(ignoringOf({ ignore: own }, document({ threshold: 5 })), [own, false])
    t.strictSame(ignoringOf({ ignore: own }, document({ ignore: stored })), [stored, true])
    t.strictSame(ignoringOf({ ignore: own }, document({ ignore: [] })), [[], true])
    const rules = Array.from({ length: 4 }, (_, i) => ({ name: `r${i}`, match: { model: { regex: 'a{990}' } } }))
    const large = [{ model: { regex: 'a{990}' } }, { model: { not: { regex: 'a{20}' } } }]
    const messages = (options: SettingsOptions, given?: ConfigDocument) =>
      conflicts(resolveSettings(options, given)).map(({ message }) => message)
    t.strictSame(messages({ rules, ignore: large }), [])
    const tooLarge = [/patterns of `ignore` and of the rules to have at most 5000 instructions together, got \d+$/]
    t.match(messages({ rules, ignore: [...large, ...large] }), tooLarge)
    t.match(messages({ ignore: [...large, ...large] }, document({ rules })), tooLarge, 'by what is in force')
    t.strictSame(messages({ ignore: [...large, ...large] }, document({ rules, ignore: large })), [])
  },
)
