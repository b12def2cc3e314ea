import t from 'tap'
import {
  cleanMessage,
  cleanText,
  cutCredentials,
  cutQueries,
  grouped,
  isTimestamp,
  MAX_TEXT_LENGTH,
  messageOfStack,
  oneLine,
  plural,
  roughSpan,
  span,
  tellingLine,
  toTimestamp,
  truncate,
} from '../src/text.js'
import { text as arbitraryText, unreadable } from './fixtures/formats/arbitrary-payload.js'
import { fc } from './fixtures/properties.js'

await t.test('cuts the query of every URL and path', async (t) => {
  for (const [text, cut] of [
    ['GET /a?token=abc 500', 'GET /a 500'],
    ['https://example.test/a/b?x=1&y=2#z failed', 'https://example.test/a/b failed'],
    ['fetch "https://example.test?key=1" failed', 'fetch "https://example.test" failed'],
    ['/a?one=1 and /b?two=2', '/a and /b'],
    ['/a?bare-token', '/a'],
    ['users?token=abc', 'users'],
    ['users?verbose&token=abc', 'users'],
    ['users?&token=abc', 'users'],
    ['?token=abc', ''],
    ['why?/reset?bare-token', 'why'],
    ['a?b&c?token=abc', 'a'],
    ['/a?x=1?y=2', '/a'],
    ['/a?q=b/c', '/a'],
    ['redirect=/a?token=abc', 'redirect=/a'],
    ["url: '/a?token=abc',", "url: '/a"],
    ['(/a?token=abc)', '(/a'],
    ['url="/a?token=abc" msg="who?me"', 'url="/a" msg="who?me"'],
    ['/a?token="abc"', '/a"'],
    ['{"url":"/a?token=abc","n":1}', '{"url":"/a","n":1}'],
    ['tab\t/a?token=abc\tline\n/b?c=d', 'tab\t/a\tline\n/b'],
  ] as const) {
    t.equal(cutQueries(text), cut, text)
  }
})

await t.test('leaves questions alone', async (t) => {
  for (const text of ['', 'no mark', 'really? yes', 'what?!', '?', 'a ? b : c', 'is it /a? yes', 'who?me']) {
    t.equal(cutQueries(text), text, text)
  }
})

const canary = 'canary7f3a'
const words = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    '/a',
    'https://example.test/x',
    'users',
    '?',
    '&',
    '=',
    '#',
    ' ',
    '"',
    "'",
    'x?y',
    '/p?q&r',
    '\n',
    '\u200b',
    '\u001b[31m',
    '\v',
  ),
)
const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,6}$/)
const secrets = fc.oneof(
  fc
    .tuple(fc.constantFrom('?', '?a&', '?&', '?a=1&', '?a?', '?x&y&'), key)
    .map(([start, key]) => `${start}${key}=${canary}`),
  fc.constantFrom(`/a?${canary}`, `https://example.test?${canary}`, `/a?b?${canary}`),
)

await t.test('no text around it keeps a secret in a query', async () => {
  fc.assert(
    fc.property(fc.array(words), secrets, fc.array(words), (before, secret, after) => {
      const text = `${before.join('')}${secret}${after.join('')}`
      return (
        !cutQueries(text).includes(canary) && !cleanText(text).includes(canary) && !cleanMessage(text).includes(canary)
      )
    }),
    { numRuns: 3000 },
  )
})

await t.test('cutting and cleaning twice is cutting and cleaning once', async () => {
  const texts = fc.array(fc.oneof(words, secrets)).map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => {
      const [cut, clean] = [cutQueries(text), cleanText(text)]
      return cutQueries(cut) === cut && cleanText(clean) === clean && cutQueries(clean) === clean
    }),
    { numRuns: 3000, examples: [['?\u000b&-=/a?canary7f3a']] },
  )
})

await t.test('takes away what could forge or hide text', async (t) => {
  for (const [text, clean] of [
    ['\u001b[31mred\u001b[39m', 'red'],
    ['two\r\nlines', 'twolines'],
    ['nul\0bell\u0007del\u007fc1\u0085', 'nulbelldelc1'],
    ['zero\u200bwidth', 'zerowidth'],
    ['bidi\u202egpj.exe', 'bidigpj.exe'],
    ['isolate\u2066d\u2069', 'isolated'],
    ['tab\tstays', 'tab\tstays'],
    ['lone \ud800 half', 'lone \ufffd half'],
    ['größer – 速い 🚀', 'größer – 速い 🚀'],
  ] as const) {
    t.equal(cleanText(text), clean, JSON.stringify(text))
  }
})

await t.test('a clean text is bounded, well-formed and without controls, whatever it was', async () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 2000, maxLength: 9000 }))
  fc.assert(
    fc.property(texts, (text) => {
      const clean = cleanText(text)
      return (
        clean.length <= MAX_TEXT_LENGTH &&
        clean.isWellFormed() &&
        !/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202e]/.test(clean)
      )
    }),
  )
})

await t.test('an endless text takes no longer than its bound', async (t) => {
  t.equal(cleanText('/a'.repeat(5_000_000)).length, MAX_TEXT_LENGTH)
  t.equal(cleanText(`${'x'.repeat(3000)}?token=${canary}`).includes(canary), false)
})

await t.test('a message is one line, without what winston puts in front', async (t) => {
  for (const [text, message] of [
    ['db timeout', 'db timeout'],
    ['uncaughtException: db timeout\nError: db timeout\n    at x', 'db timeout'],
    ['unhandledRejection: db timeout\r\nError', 'db timeout'],
    ['\n\n  first \nsecond', 'first'],
    ['', ''],
    [' \n ', ''],
    ['GET /a?token=abc failed', 'GET /a failed'],
    ['not uncaughtException: in front', 'not uncaughtException: in front'],
  ] as const) {
    t.equal(cleanMessage(text), message, JSON.stringify(text))
  }
})

await t.test('the line of a message that says something is found, and there may be none', async (t) => {
  for (const [text, line] of [
    ['[\n  {\n  no stock', 'no stock'],
    ['\u001b[31m[\u001b[39m\nno stock', 'no stock'],
    ["Cannot find module 'x'\nRequire stack:\n- /a.js", "Cannot find module 'x'"],
    ['\nInvalid `prisma.a.b()` invocation in\n/a.ts:7:3\n\n  6 \n→ 7 prisma.a.b(\nno stock\n\nmore', 'no stock'],
    ['\nInvalid `prisma.a.b()` invocation:\n\n{\n  data: 1\n}\n\nno stock', 'no stock'],
    ['\nInvalid `prisma.a.b()` invocation:', 'Invalid `prisma.a.b()` invocation:'],
    ['在庫なし', '在庫なし'],
    ['', undefined],
    ['[', undefined],
    ['undefined', undefined],
    ['[object Object]', undefined],
    ['Error', undefined],
    ['TypeError:', undefined],
    ['    at place (/app/o.js:1:1)', undefined],
    ['TypeError: no stock', 'TypeError: no stock'],
    ['at noon it failed', 'at noon it failed'],
  ] as const)
    t.equal(tellingLine(text), line, JSON.stringify(text))
})

await t.test('credentials are cut', async (t) => {
  for (const [text, cut] of [
    ['connect redis://shop:s3cret@cache failed', 'connect redis://cache failed'],
    ['redis://:s3cret@cache:6379/0', 'redis://cache:6379/0'],
    ['postgres://u:s3c/ret@db:5432/shop', 'postgres://db:5432/shop'],
    ['postgres://u:s3cr?et@db/shop', 'postgres://db/shop'],
    ['mongodb://u:s3cret@a,b/shop and amqp://u:s3cret@mq', 'mongodb://a,b/shop and amqp://mq'],
    ['got Bearer s3cret', 'got Bearer ***'],
    ['got bearer abcdefghijklmnopqrstuvwx', 'got bearer ***'],
    ['Basic dXNlcjpwYXNz', 'Basic ***'],
    ['Authorization: Bearer abcdef', 'Authorization: Bearer ***'],
    ['{"headers":{"authorization":"Bearer s3cret"}}', '{"headers":{"authorization":"Bearer ***"}}'],
    ['{"cookie":"sid=s3cret; b=c","a":1}', '{"cookie":"***","a":1}'],
    ['set-cookie: sid=s3cret; path=/', 'set-cookie: ***'],
    ['password=s3cret and db_password=abc', 'password=*** and db_password=***'],
    ['{"password":"abc","apiKey":"s3cret"}', '{"password":"***","apiKey":"***"}'],
    ['{\\"token\\":\\"s3cret\\"}', '{\\"token\\":\\"***\\"}'],
    ['password: hunter', 'password: ***'],
    ['Server=db;User Id=sa;Password=abc;', 'Server=db;User Id=sa;Password=***;'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def', 'jwt ***'],
    ['ghp_0123456789abcdef01234567 and AKIAIOSFODNN7EXAMPLE', '*** and ***'],
    ['xoxb-1234-abcdefgh, sk-proj-abc123def456ghi789', '***, ***'],
    ['POST https://hooks.slack.com/services/T0/B0/XX failed', 'POST https://hooks.slack.com/services/*** failed'],
    ['query failed: INSERT INTO a VALUES ($1) -- PARAMETERS: ["s3cret"]', 'query failed: INSERT INTO a VALUES ($1)'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE', '***'],
    ['connect shop:s3cret@db:5432 refused', 'connect db:5432 refused'],
    ['dsn shop:s3cret@tcp(db:3306)/shop', 'dsn tcp(db:3306)/shop'],
    ['Command failed: mysqldump --password s3cret shop', 'Command failed: mysqldump --password *** shop'],
    [
      'connect.sid=s3cret&sig=s3cret, session: "s3cret", auth=s3cret',
      'connect.sid=***&sig=***, session: "***", auth=***',
    ],
  ] as const) {
    const seen = cutCredentials(text)
    t.equal(seen, cut, text)
    t.equal(cutCredentials(seen), seen, 'nothing is cut twice')
  }
})

await t.test('words that only talk of credentials stay', async (t) => {
  for (const text of [
    ...['token expired', 'invalid Bearer token.', 'Basic authentication failed', 'authorization: failed'],
    ...['password is required', 'password: required', 'password: String must contain at least 8 characters'],
    ...['Unexpected token < in JSON at position 0', 'Unexpected token: }', 'Unexpected token = in JSON'],
    ...['max_tokens=4096', 'prompt_tokens: 12', 'pwd=/home/app', 'token: TokenExpiredError', 'token=null'],
    ...['https://example.test/@user/x', 'http://localhost:3000/u@x', 'mailto:bob@example.test', 'bob@example.test'],
    ...['npm:react@18.2.0', 'session: expired', 'auth: required', 'orders@queue:7', '// see @user'],
    ...['password authentication failed for user "bob"', '(using password: YES)', 'sk-learn', 'risk-adjusted'],
  ])
    t.equal(cutCredentials(text), text)
})

await t.test('no text takes long to be cleaned', async (t) => {
  const pieces = [
    'eyJ-',
    '://a:',
    'password',
    'password: ',
    'bearer ',
    'cookie=',
    '@',
    'sk-',
    'token\\"',
    'token   ',
    '://',
  ]
  for (const piece of pieces) {
    const text = piece.repeat(10_000)
    const steps = [cleanText, cleanMessage, messageOfStack].map((clean) => clean(text).length)
    t.ok(Math.max(...steps) <= MAX_TEXT_LENGTH, piece)
  }
})

await t.test("a stack's message comes without the error's type", async (t) => {
  for (const [stack, message] of [
    [new TypeError('not a function').stack ?? '', 'not a function'],
    ['Error: route failed\n    at x', 'route failed'],
    ['TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument\n    at x', 'The "path" argument'],
    ['Uncaught RangeError: too far\n    at x', 'too far'],
    ['my.ns.DbError: down: 5\n    at x', 'down: 5'],
    ['Error\n    at x', ''],
    ['Error: \n    at x', ''],
    ['two words: kept\n    at x', 'two words: kept'],
    ['', ''],
  ] as const) {
    t.equal(messageOfStack(stack), message, JSON.stringify(stack))
  }
})

await t.test('truncates to a length, shows it, and never leaves half a character', async (t) => {
  t.equal(truncate('abcdef', 6), 'abcdef')
  t.equal(truncate('abcdefg', 6), 'abcde…')
  t.equal(truncate('abcd🚀g', 6), 'abcd…')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, maxLength) => {
      const short = truncate(text, maxLength)
      return (
        short.length <= Math.max(maxLength, 1) && short.isWellFormed() && (text.length > maxLength || short === text)
      )
    }),
  )
})

await t.test('quotes and blanks that a client left in its query do not end it', async (t) => {
  for (const text of ['GET /a?x="y"&token=SECRET failed', 'GET /a?q=x y&token=SECRET failed']) {
    t.notMatch(cutQueries(text), 'SECRET', text)
  }
})

await t.test('what comes from elsewhere is shown on one line, and does nothing to it', async (t) => {
  const esc = '\u001b'
  for (const [text, expected] of [
    [' a\r\n\tb\u001b[31m red\u001b[0m \u202eevil\u200b\ufeff \u0007 ', 'a b red evil'],
    ['a\u001b[2Jb\r\nc\u0007\u202e\td', 'ab c d'],
    ['\u00ad\u061c\u115f\u180e\u2065\u3164\ufff9\u{e0041}\u{1d173}', ''],
    ['\ud800 🚒 é', '\ufffd 🚒 é'],
    [`${esc}[31mred${esc}[0m ${esc}[2J${esc}[Hgone`, 'red gone'],
    [`${esc}[?25lno cursor${esc}[38:2:1:2:3m`, 'no cursor'],
    [`${esc}]0;title\u0007text`, 'text'],
    [`${esc}]8;;https://evil.test${esc}\\link${esc}]8;;${esc}\\`, 'link'],
    ['\u009b31mred \u009d0;title\u009ctext', 'red text'],
    [`${esc}]0;what no end of a title hides`, ']0;what no end of a title hides'],
    [`${esc}]0;nor one\nin another line\u0007`, ']0;nor one in another line'],
    ['two\r\nlines\tand\u2028more', 'two lines and more'],
    ['a\u202eb\u200bc\u0000d\u007fe\ud800f', 'abcde\ufffdf'],
    ['ü € 🚨', 'ü € 🚨'],
    [`${esc}c reset`, 'c reset'],
    ['  ', ''],
  ] as const)
    t.equal(oneLine(text), expected, expected)
  fc.assert(
    fc.property(fc.oneof(arbitraryText, fc.string({ unit: 'binary' })), (input) => {
      const line = oneLine(input)
      return (
        !unreadable.test(line) &&
        !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\n]/u.test(line) &&
        line === line.trim() &&
        oneLine(line) === line
      )
    }),
  )
})

await t.test('so is any other value', async (t) => {
  t.strictSame([5, false, null, undefined, { a: ['x\n'] }].map(oneLine), [
    '5',
    'false',
    'none',
    'none',
    '{"a":["x\\n"]}',
  ])
})

await t.test('many escape sequences that begin and never end take no longer than their text', async (t) => {
  for (const start of ['\u001b]', '\u009d', '\u001b[', '\u009b'])
    t.equal(oneLine(start.repeat(200_000)).length, start.length === 1 ? 0 : 200_000, JSON.stringify(start))
})

await t.test('counts have a word that fits, and their thousands apart', async (t) => {
  t.strictSame(
    [0, 1, 2].map((count) => plural(count, 'error')),
    ['errors', 'error', 'errors'],
  )
  t.equal(plural(2, 'try', 'tries'), 'tries')
  t.equal(grouped(1_234_567), '1,234,567')
})

await t.test('spans are told in the units that people would take', async (t) => {
  for (const [seconds, whole, rough] of [
    [0, '0 s', '0 s'],
    [60, '60 s', '60 s'],
    [119, '119 s', '119 s'],
    [120, '2 min', '2 min'],
    [142, '2 min 22 s', '2 min'],
    [3600, '60 min', '60 min'],
    [7199, '119 min 59 s', '119 min'],
    [7200, '2 h', '2 h'],
    [11_100, '3 h 5 min', '3 h'],
    [86_400, '24 h', '24 h'],
    [172_800, '2 d', '2 d'],
    [200_000, '2 d 7 h', '2 d'],
  ] as const) {
    t.equal(span(seconds), whole)
    t.equal(roughSpan(seconds), rough)
  }
  t.equal(span(1.5), '1.5 s')
  t.strictSame([-5, 1.5, 119.6].map(roughSpan), ['0 s', '2 s', '2 min'])
})

await t.test('whole seconds, UTC, as the original writes them', async (t) => {
  t.equal(toTimestamp(0), '1970-01-01T00:00:00Z')
  t.equal(toTimestamp(Date.parse('2026-11-23T18:16:07.999Z')), '2026-11-23T18:16:07Z')
})

await t.test('knows such a time from what another hand may have put there', async (t) => {
  t.ok(isTimestamp(toTimestamp(0)))
  for (const text of [undefined, '', 'yesterday', '2026-13-45T99:00:00Z', '2026-11-23T18:15:29.000Z'])
    t.notOk(isTimestamp(text), String(text))
})
