import fc from 'fast-check'
import t from 'tap'
import * as v from 'valibot'
import { SECRET_EXPECTATION, URL_EXPECTATION } from '../../../src/config/checks/destination.js'
import {
  choice,
  documentInteger,
  flag,
  integer,
  linePath,
  linePathOrPaths,
  linePaths,
  MAX_RULES,
  name,
  objectOf,
  origins,
  percent,
  proxy,
  rulesOf,
  secret,
  url,
} from '../../../src/config/checks/schema.js'
import { MAX_INTEGER } from '../../../src/config/defaults.js'
import { formats } from '../../../src/config/formats.js'

const { is } = v

/** What a check says was expected: its first message, since problems.ts shows no other. */
function expectation(schema: v.GenericSchema, input: unknown): string | undefined {
  return v.safeParse(schema, input).issues?.[0]?.message
}

await t.test('an integer is a whole number within its bounds', async (t) => {
  const positiveInteger = integer(1, MAX_INTEGER)
  for (const number of [1, 2, 60, MAX_INTEGER]) t.ok(is(positiveInteger, number), `${number}`)
  for (const input of [0, -1, 1.5, MAX_INTEGER + 1, Number.NaN, Infinity, '10', null, true, [1], {}]) {
    t.equal(expectation(positiveInteger, input), 'an integer from 1 to 2147483647', `${input}`)
  }
  fc.assert(fc.property(fc.integer({ min: 1, max: MAX_INTEGER }), (number) => is(positiveInteger, number)))
  for (const number of [500, 30_000]) t.ok(is(integer(500, 30_000), number), `${number}`)
  for (const number of [499, 30_001, 500.5])
    t.equal(expectation(integer(500, 30_000), number), 'an integer from 500 to 30000', `${number}`)
})

await t.test('the document also takes 0 and less, which stand for the default', async (t) => {
  for (const number of [-(2 ** 31), -1, 0, 1, MAX_INTEGER]) t.ok(is(documentInteger, number), `${number}`)
  for (const input of [0.5, MAX_INTEGER + 1, Infinity, '10', true]) {
    t.equal(expectation(documentInteger, input), 'an integer of at most 2147483647', `${input}`)
  }
})

await t.test('a flag is true or false and nothing like it', async (t) => {
  for (const value of [true, false]) t.ok(is(flag, value))
  for (const input of [0, 1, 'true', null]) t.equal(expectation(flag, input), 'true or false')
})

await t.test('a url is trimmed; a blank one is none', async (t) => {
  t.equal(v.parse(url, ' https://example.test/hook\n'), 'https://example.test/hook')
  t.equal(v.parse(url, '  '), '')
  t.equal(v.parse(url, ''), '')
})

await t.test('a url that cannot be used says why, without repeating it', async (t) => {
  t.equal(expectation(url, 'example.test'), URL_EXPECTATION)
  t.equal(expectation(url, 5), URL_EXPECTATION)
  t.match(expectation(url, 'https://user:canary@example.test'), /^a URL without user info/)
  t.notMatch(expectation(url, 'https://user:canary@example.test'), /canary/)
})

await t.test('a secret is trimmed, and checked for its kind', async (t) => {
  const signing = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
  t.equal(v.parse(secret, ' s3cret\n'), 's3cret')
  t.equal(v.parse(secret, ` ${signing} `), signing)
  t.equal(v.parse(secret, ''), '')
  for (const input of ['whsec_short', 'two\nlines', 5, null]) t.equal(expectation(secret, input), SECRET_EXPECTATION)
})

await t.test('a share is above 0 and at most 100, in fractions too', async (t) => {
  for (const share of [100, 5, 0.5, Number.MIN_VALUE]) t.ok(is(percent, share), `${share}`)
  for (const input of [0, -1, 100.01, 101, Number.NaN, Number.POSITIVE_INFINITY, '5', null, true])
    t.equal(expectation(percent, input), 'a number above 0 and at most 100', `${input}`)
})

await t.test('a choice is one of the names that there are', async (t) => {
  const windowType = choice(['sliding', 'fixed'])
  for (const type of ['sliding', 'fixed']) t.ok(is(windowType, type))
  for (const input of ['tumbling', 'Sliding', '', 1]) t.equal(expectation(windowType, input), "'sliding' or 'fixed'")
  for (const one of formats) t.ok(is(choice(formats), one))
  for (const input of ['Slack', '', 'xml', null])
    t.match(expectation(choice(formats), input), /^one of 'json', .*'template'$/)
})

await t.test('a line path is a text that is not empty', async (t) => {
  for (const path of ['http.code', 'a', 'req.headers.*']) t.ok(is(linePath, path), path)
  for (const input of ['', 1, null, ['a']]) t.equal(expectation(linePath, input), 'a line path such as `http.code`')
})

await t.test('redaction takes a list of line paths, a field one path or several', async (t) => {
  t.ok(is(linePaths, []))
  t.ok(is(linePaths, ['a', 'b.c']))
  t.equal(expectation(linePaths, 'a'), 'a list of line paths')
  t.equal(expectation(linePaths, ['a', '']), 'a line path such as `http.code`')
  t.ok(is(linePathOrPaths, 'a'))
  t.ok(is(linePathOrPaths, ['a', 'b.c']))
  t.equal(expectation(linePathOrPaths, 5), 'a line path or a list of line paths')
  for (const input of ['', [''], [5]]) t.notOk(is(linePathOrPaths, input))
})

await t.test('an origin is written as browsers write it', async (t) => {
  t.ok(is(origins, ['https://hooks.example.com', 'http://127.0.0.1:8080']))
  t.equal(expectation(origins, 'https://hooks.example.com'), 'a list of origins')
  for (const input of [
    'https://hooks.example.com/',
    'https://hooks.example.com/hook',
    'https://hooks.example.com:443',
    'HTTPS://hooks.example.com',
    'hooks.example.com',
    'https://*.example.com',
    'null',
    '',
    5,
  ]) {
    const message = expectation(origins, [input])
    t.equal(message, 'an origin such as `https://hooks.example.com`', `${input}`)
  }
})

await t.test(
  'a proxy is none, that of the environment, or an http or https URL, with user info or without',
  async (t) => {
    for (const value of [
      false,
      'env',
      'http://proxy.test:3128',
      'https://u:p%40ss@proxy.test',
      'http://token@[::1]:8080',
    ])
      t.ok(is(proxy, value), `${value}`)
    for (const input of [true, null, '', 'ENV', 'proxy.test:3128', 'socks5://proxy.test', 'http://u:%@a.test', {}]) {
      t.equal(expectation(proxy, input), "false, 'env', or an http or https URL", `${input}`)
    }
  },
)

await t.test('a name is a text that is not blank', async (t) => {
  for (const text of ['meta:log:webhook', ' a ']) t.ok(is(name, text))
  t.equal(expectation(name, ' '), 'a text that is not blank')
  t.equal(expectation(name, 5), 'a text')
})

await t.test('an object is no list and no function; members it does not name are left out', async (t) => {
  const schema = objectOf({ on: flag }, 'an object')
  t.strictSame(v.parse(schema, { on: true, off: 1 }), { on: true })
  t.equal(expectation(schema, { on: 1 }), 'true or false')
  for (const input of [[], [true], null, undefined, 'text', () => {}]) t.equal(expectation(schema, input), 'an object')
})

const rules = rulesOf(v.object({ name: v.string() }))
const rulesList = (length: number): object[] => Array.from({ length }, (_, i) => ({ name: `r${i}` }))

await t.test('takes as many rules as it promises', async (t) => {
  t.equal(MAX_RULES, 100)
  t.ok(v.safeParse(rules, []).success)
  t.ok(v.safeParse(rules, rulesList(MAX_RULES)).success)
  t.notOk(v.safeParse(rules, rulesList(MAX_RULES + 1)).success)
})

await t.test('points at every rule that takes a name again', async (t) => {
  const { issues = [] } = v.safeParse(rules, [{ name: 'a' }, { name: 'b' }, { name: 'a' }, { name: 'b' }])
  t.strictSame(
    issues.map((issue) => v.getDotPath(issue)),
    ['2.name', '3.name'],
  )
})
