import fc from 'fast-check'
import { Redis } from 'ioredis'
import t from 'tap'
import { parseOptions, parseSomeOptions, parseTransportOptions } from '../../src/config/parse-options.js'
import { ConfigError, type Problem } from '../../src/errors.js'

function problemsOf(input: unknown, parse: (input: unknown) => unknown = parseOptions): readonly Problem[] {
  try {
    parse(input)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

function messageOf(input: unknown): string {
  return problemsOf(input)
    .map(({ message }) => message)
    .join('; ')
}

await t.test('every option may be left out, or be undefined', async (t) => {
  t.strictSame(parseOptions({}), {})
  t.strictSame(parseOptions(undefined), {})
  t.strictSame(parseOptions({ url: undefined, threshold: undefined, rules: undefined, unheardOf: undefined }), {
    url: undefined,
    threshold: undefined,
    rules: undefined,
  })
})

await t.test('good options come back as they are, url and secret trimmed', async (t) => {
  const options = {
    url: ' https://example.test/hook ',
    secret: ' s3cret ',
    enabled: false,
    threshold: 1,
    windowSeconds: 2 ** 31 - 1,
    cooldownSeconds: 5,
    statusCodeThreshold: 400,
    windowType: 'fixed',
    redis: { host: '127.0.0.1' },
    configKey: 'app:log:webhook',
    minLevel: 'error',
    fields: {
      statusCode: 'http.code',
      errorMessage: ['failure.text', 'err.message'],
      level: 'lvl',
      requestId: ['a', 'b'],
    },
    redact: ['req.remoteAddress'],
    dedupeRequests: false,
    messageKey: 'text',
    errorKey: 'failure',
    nestedKey: 'payload',
    allowPrivateDestinations: false,
    allowedOrigins: ['https://example.test'],
    proxy: 'http://user:p%40ss@proxy.test:3128',
    closeTimeoutMs: 100,
    cooldownMaxSeconds: 60,
    groupBy: ['model', 'app.area'],
    maxGroups: 50,
    format: 'cloudevents',
    sendResolved: true,
    sampleFields: ['tenant.id'],
  }
  const before = structuredClone(options)
  t.strictSame(parseOptions(options), { ...before, url: 'https://example.test/hook', secret: 's3cret' })
  t.strictSame(options, before, 'and what the caller passed is not changed')
})

await t.test('a level is a name or a pino number', async (t) => {
  for (const minLevel of ['trace', 'warn', 'crit', 35]) t.strictSame(parseOptions({ minLevel }), { minLevel })
  for (const minLevel of ['loud', 'WARN', 0, -10, 1.5, null]) {
    t.match(
      messageOf({ minLevel }),
      /^Expected `minLevel` to be a level name \(trace, .*fatal\) or a positive integer, got/,
    )
  }
})

await t.test('an ioredis client passes with its identity', async (t) => {
  const redis = new Redis({ lazyConnect: true })
  t.teardown(() => redis.disconnect())
  t.equal(parseOptions({ redis }).redis, redis)
})

await t.test('throws a ConfigError with every problem at once', async (t) => {
  t.throws(() => parseOptions({ threshold: 0, windowSeconds: '60', nonsense: 1 }), {
    name: 'ConfigError',
    code: 'ERR_LOGSIREN_CONFIG',
    message:
      'logsiren: bad options: Expected `threshold` to be an integer from 1 to 2147483647, got `0`; ' +
      'Expected `windowSeconds` to be an integer from 1 to 2147483647, got "60"; ' +
      'Expected only known options, got `nonsense`',
    problems: [{ path: 'threshold' }, { path: 'windowSeconds' }, { path: 'nonsense' }],
  })
})

await t.test('says for each option what was expected there', async (t) => {
  const rows: readonly (readonly [options: object, path: string, message: RegExp])[] = [
    [{ url: 'example.test' }, 'url', /an http or https URL of at most 2048 characters, got another text$/],
    [{ url: 'https://user:pass@example.test' }, 'url', /a URL without user info/],
    ...['a\rb', 'a\nb', 'a\0b', 'gehe\u00efm', 'a\u2028b', '\ud83d\udd11'].map(
      (secret) => [{ secret }, 'secret', /printable ASCII.*got another text$/] as const,
    ),
    [{ secret: 'whsec_short' }, 'secret', /begins with whsec_, to go on with the base64/],
    [{ enabled: 'true' }, 'enabled', /true or false, got "true"$/],
    [{ threshold: 2 ** 31 }, 'threshold', /an integer from 1 to 2147483647, got `2147483648`$/],
    [{ cooldownSeconds: 0.5 }, 'cooldownSeconds', /got `0.5`$/],
    [{ statusCodeThreshold: null }, 'statusCodeThreshold', /got null$/],
    [{ windowType: 'tumbling' }, 'windowType', /'sliding' or 'fixed', got "tumbling"$/],
    [{ redis: 'localhost:6379' }, 'redis', /a redis:\/\/ or rediss:\/\/ URL.*got another text$/],
    [{ redis: { cluster: [] } }, 'redis', /got an object$/],
    [{ onRedisDown: 'drop' }, 'onRedisDown', /'local' or 'hold', got "drop"$/],
    [{ configKey: '  ' }, 'configKey', /a text that is not blank, got another text$/],
    [{ fields: 'statusCode' }, 'fields', /an object of fields and line paths/],
    [{ fields: ['statusCode'] }, 'fields', /an object of fields and line paths, got a list$/],
    [{ fields: { statusCode: 5 } }, 'fields.statusCode', /a line path or a list of line paths, got `5`$/],
    [{ fields: { statusCode: ['a', ''] } }, 'fields.statusCode.1', /a line path such as/],
    [
      { fields: { status: 'a' } },
      'fields.status',
      /known fields only \(group, keyId,.*clientIp, kind, level, requestId\), got `status`$/,
    ],
    [{ redact: 'req' }, 'redact', /a list of line paths, got another text$/],
    [{ redact: [5] }, 'redact.0', /a line path such as `http.code`, got `5`$/],
    [{ dedupeRequests: 1 }, 'dedupeRequests', /true or false, got `1`$/],
    [{ messageKey: '' }, 'messageKey', /a text that is not blank, got an empty text$/],
    [{ errorKey: 5 }, 'errorKey', /a text, got `5`$/],
    [{ nestedKey: [] }, 'nestedKey', /a text, got a list$/],
    [{ allowPrivateDestinations: 'no' }, 'allowPrivateDestinations', /true or false/],
    [{ allowedOrigins: ['https://*.a.test'] }, 'allowedOrigins.0', /an origin such as/],
    [{ allowedOrigins: ['https://a.test/'] }, 'allowedOrigins.0', /an origin such as/],
    [{ proxy: true }, 'proxy', /false, 'env', or an http or https URL, got a boolean$/],
    [{ proxy: 'socks5://a.test' }, 'proxy', /got another text$/],
    [{ proxy: 'http://u:%zz@a.test' }, 'proxy', /got another text$/],
    [{ rules: [{ name: 'a', proxy: false }] }, 'rules.0.proxy', /got `rules.0.proxy`$/],
    [{ rules: {} }, 'rules', /a list of rules, got an object$/],
    [{ rules: Array.from({ length: 101 }, (_, i) => ({ name: `r${i}` })) }, 'rules', /a list of at most 100 rules/],
    [{ rules: [5] }, 'rules.0', /a rule, got `5`$/],
    [
      { rules: [{ threshold: 5 }] },
      'rules.0.name',
      /a name of 1 to 64 letters, digits, `_` and `-`, got an empty text$/,
    ],
    [{ rules: [{ name: 'a b' }] }, 'rules.0.name', /a name of 1 to 64 letters.*got another text$/],
    [{ rules: [{ name: 'a' }, { name: 'a' }] }, 'rules.1.name', /a name that no rule before it has/],
    [{ rules: [{ name: 'a', threshold: 0 }] }, 'rules.0.threshold', /an integer from 1/],
    [{ rules: [{ name: 'a', url: 'ftp://a.test' }] }, 'rules.0.url', /an http or https URL.*got another text$/],
    [{ rules: [{ name: 'a', match: [] }] }, 'rules.0.match', /an object of paths and conditions/],
    [{ rules: [{ name: 'a', match: { model: null } }] }, 'rules.0.match.model', /a text, a number.*got null$/],
    [{ rules: [{ name: 'a', match: { model: { regex: '(' } } }] }, 'rules.0.match.model', /in RE2’s syntax/],
    [{ rules: [{ name: 'a', redact: ['x'] }] }, 'rules.0.redact', /got `rules.0.redact`$/],
    [{ cooldownMaxSeconds: 0 }, 'cooldownMaxSeconds', /an integer from 1/],
    [{ maxGroups: 1.5 }, 'maxGroups', /an integer from 1/],
    [{ groupBy: 5 }, 'groupBy', /a record field or line path, or a list of at most 8, got `5`$/],
    [{ groupBy: ['a', 5] }, 'groupBy.1', /a line path such as/],
    [{ groupBy: [...'abcdefghi'] }, 'groupBy', /a list of at most 8, got/],
    [{ format: 'xml' }, 'format', /one of 'json', 'slack', .*, got "xml"$/],
    [{ sendResolved: 'yes' }, 'sendResolved', /true or false/],
    [{ sampleFields: 'a' }, 'sampleFields', /a list of line paths/],
    [{ closeTimeoutMs: Infinity }, 'closeTimeoutMs', /got `Infinity`$/],
  ]
  for (const [options, path, message] of rows) {
    const [problem, ...more] = problemsOf(options)
    t.equal(problem?.path, path, path)
    t.match(problem?.message, /^Expected /, path)
    t.match(problem?.message, message, path)
    t.strictSame(more, [], path)
  }
})

await t.test('a function in options gets a sentence that says so', async (t) => {
  for (const option of ['url', 'threshold', 'redis', 'minLevel', 'onAlert']) {
    t.match(messageOf({ [option]: () => 1 }), /got a function: options must be plain data/, option)
  }
})

await t.test('unknown options are problems, with a hint where only the case differs', async (t) => {
  t.equal(messageOf({ cooldown: 5 }), 'Expected only known options, got `cooldown`')
  t.match(messageOf({ window_seconds: 5 }), /got `window_seconds` \(did you mean `windowSeconds`\?\)/)
  t.match(messageOf({ URL: 'x' }), /did you mean `url`/)
  t.match(messageOf({ 'status-code-threshold': 5 }), /did you mean `statusCodeThreshold`/)
})

await t.test('an option that shares its name with a member of every object is unknown like any other', async (t) => {
  for (const option of ['constructor', 'toString', 'hasOwnProperty', '__proto__']) {
    t.strictSame(
      problemsOf(JSON.parse(`{"${option}":1}`)),
      [{ path: option, message: `Expected only known options, got \`${option}\`` }],
      option,
    )
  }
})

await t.test('what a receiver takes its key from must be there, unless the config in Redis may bring it', async (t) => {
  const pagerduty = { url: 'https://events.pagerduty.com/v2/enqueue' }
  const problem = { path: 'secret', message: 'Expected `secret` to be PagerDuty’s routing key, got none' }
  for (const parse of [parseOptions, parseTransportOptions]) t.strictSame(problemsOf(pagerduty, parse), [problem])
  t.strictSame(parseSomeOptions(pagerduty), pagerduty)
  t.strictSame(parseSomeOptions({ format: 'template' }), { format: 'template' }, 'nor for a template')
  t.match(
    problemsOf({ format: 'template', template: '' }, parseSomeOptions),
    [{ path: 'template' }],
    'but for one that is blank',
  )
  t.ok(parseOptions({ ...pagerduty, redis: 'redis://localhost' }))
  t.ok(parseOptions({ ...pagerduty, secret: 'k' }))
})

await t.test('a worker is for the Winston transport only, but nobody need ask for none', async (t) => {
  const message = 'Expected `worker` to be left out: only the Winston transport has it'
  t.strictSame(problemsOf({ worker: true }), [{ path: 'worker', message }])
  t.strictSame(parseOptions({ worker: false }), {})
  for (const worker of [true, false]) t.strictSame(parseTransportOptions({ worker }), { worker })
  t.match(problemsOf({ worker: 'yes', threshold: 0 }, parseTransportOptions), [
    { path: 'threshold' },
    { path: 'worker', message: /true or false, got another text$/ },
  ])
  const functions = { worker: true, url: () => 'x', redis: { retryStrategy: () => 1 } }
  t.match(problemsOf(functions, parseTransportOptions), [
    { path: 'url', message: /got a function: options must be plain data$/ },
    { path: 'redis.retryStrategy', message: /got a function: options must be plain data$/ },
  ])
})

await t.test('options are an object and nothing else', async (t) => {
  for (const input of [[], [1], 'https://example.test', 5, true, () => {}]) {
    const [problem, ...more] = problemsOf(input)
    t.equal(problem?.path, '')
    t.match(problem?.message, /^Expected the whole to be an object, got /)
    t.strictSame(more, [])
  }
})

await t.test('the url must be in one of the allowed origins', async (t) => {
  const url = 'https://example.test/hook'
  t.ok(parseOptions({ url, allowedOrigins: ['https://example.test'] }))
  t.ok(parseOptions({ allowedOrigins: [] }))
  t.strictSame(problemsOf({ url, allowedOrigins: ['https://a.test'] }), [
    { path: 'url', message: 'Expected `url` to be in one of `allowedOrigins`, got another origin' },
  ])
})

await t.test('so must the url of each rule', async (t) => {
  const rules = [{ name: 'a', url: 'https://b.test/hook' }]
  t.ok(parseOptions({ rules, allowedOrigins: ['https://b.test'] }))
  t.match(messageOf({ rules, allowedOrigins: ['https://a.test'] }), /`url` to be in one of `allowedOrigins`/)
})

await t.test('rules come back as they are', async (t) => {
  const rules = [
    {
      name: 'payments',
      match: { 'app.area': 'payments', statusCode: { gte: 500 } },
      threshold: 3,
      url: 'https://a.test/',
    },
    { name: 'rest', enabled: false, windowType: 'fixed' },
  ]
  t.strictSame(parseOptions({ rules }), { rules })
  t.strictSame(parseOptions({ rules: [] }), { rules: [] })
})

await t.test('any wrong input gives a ConfigError that names paths and shows no secret and no URL', async () => {
  const canary = 'canary7f3a'
  const planted = [
    canary,
    `https://${canary}.test/hook`,
    `https://u:${canary}@example.test/hook`,
    `whsec_${canary}`,
    `${canary}\n`,
    [canary],
    [`https://example.test/${canary}`],
    { password: canary },
    { 'X-Api-Key': `${canary}\n`, Host: canary },
    { Runbook: `https://x.test/{${canary}}` },
    { cluster: `redis://:${canary}@localhost` },
    { [Symbol.toPrimitive]: () => canary },
    () => canary,
  ]
  const value = fc.oneof(fc.anything({ withBigInt: true, withNullPrototype: true }), fc.constantFrom(...planted))
  const options = [
    'url',
    'secret',
    'enabled',
    'threshold',
    'windowSeconds',
    'windowType',
    'redis',
    'configKey',
    'minLevel',
  ]
  const more = [
    'fields',
    'redact',
    'messageKey',
    'allowedOrigins',
    'proxy',
    'closeTimeoutMs',
    'rules',
    'format',
    'percent',
    'links',
    'labels',
    'template',
    'headers',
    'heartbeatUrl',
    'nonsense',
    'valueOf',
  ]
  const inputs = fc.dictionary(fc.constantFrom(...options, ...more), value, { minKeys: 1, maxKeys: 4 })
  fc.assert(
    fc.property(fc.oneof(inputs, value), (input) => {
      try {
        parseOptions(input)
        return true
      } catch (error) {
        if (!(error instanceof ConfigError) || error.problems.length === 0) throw error
        const isNamed = error.problems.every(
          ({ path, message }) => path === '' || message.includes(`\`${path}\``) || /^(fields|groupBy)\./.test(path),
        )
        return isNamed && !`${error.message}${JSON.stringify(error.problems)}`.includes(canary)
      }
    }),
    { numRuns: 2000 },
  )
})

await t.test('an origin that is not allowed is told beside all other problems', async (t) => {
  const problems = problemsOf({ url: 'https://b.test/', allowedOrigins: ['https://a.test'], threshold: -1 })
  t.strictSame(problems.map(({ path }) => path).sort(), ['threshold', 'url'])
})
