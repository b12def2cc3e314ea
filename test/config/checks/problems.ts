import fc from 'fast-check'
import t from 'tap'
import * as v from 'valibot'
import { expected, findProblems } from '../../../src/config/checks/problems.js'

await t.test('finds one problem for each wrong path, in the order of the schema', async (t) => {
  const schema = v.object({
    first: v.pipe(v.string('a text'), v.minLength(3, 'a longer text'), v.startsWith('x', 'a text with x')),
    list: v.array(v.number('a number'), 'a list'),
    last: v.boolean('true or false'),
  })
  t.strictSame(findProblems(schema, { last: 1, list: [1, 'two', 'three'], first: 'a' }), [
    { path: 'first', message: 'Expected `first` to be a longer text, got another text' },
    { path: 'list.1', message: 'Expected `list.1` to be a number, got another text' },
    { path: 'list.2', message: 'Expected `list.2` to be a number, got another text' },
    { path: 'last', message: 'Expected `last` to be true or false, got `1`' },
  ])
  t.strictSame(findProblems(schema, { first: 'xyz', list: [], last: true }), [])
})

await t.test('the whole is a path too', async (t) => {
  t.strictSame(findProblems(v.object({}, 'an object'), 'text'), [
    { path: '', message: 'Expected the whole to be an object, got another text' },
  ])
})

await t.test('shows numbers, flags and what is written like one; names everything else by its kind', async (t) => {
  const rows: readonly (readonly [input: unknown, shown: string])[] = [
    [0, '`0`'],
    [-1.5, '`-1.5`'],
    [Number.NaN, '`NaN`'],
    [true, '`true`'],
    [null, 'null'],
    [undefined, 'undefined'],
    ['', 'an empty text'],
    ['10', '"10"'],
    ['-1.5', '"-1.5"'],
    ['true', '"true"'],
    ['hunter2', 'another text'],
    ['https://x.test', 'another text'],
    [() => {}, 'a function: options must be plain data'],
    [[1], 'a list'],
    [{ a: 1 }, 'an object'],
    [1n, 'a bigint'],
    [Symbol('s'), 'a symbol'],
  ]
  for (const [input, shown] of rows) {
    t.equal(expected('threshold', 'good', input), `Expected \`threshold\` to be good, got ${shown}`)
  }
})

await t.test('shows short words where the name of a mode or a level belongs, and only there', async (t) => {
  for (const path of ['windowType', 'window_type', 'minLevel', 'format', 'rules.0.windowType']) {
    t.match(expected(path, 'good', 'tumbling'), /got "tumbling"$/, path)
    t.match(expected(path, 'good', 'two words'), /got another text$/, path)
    t.match(expected(path, 'good', 'hunter2'), /got another text$/, path)
    t.match(expected(path, 'good', 'awordofmorethansixteencharacters'), /got another text$/, path)
  }
  for (const path of ['', 'threshold', 'configKey', 'fields.windowTypes']) {
    t.match(expected(path, 'good', 'tumbling'), /got another text$/, path)
  }
})

await t.test('shows nothing of a value where secrets and URLs belong', async (t) => {
  for (const path of ['secret', 'url', 'proxy', 'redis', 'redis.password', 'allowedOrigins.0', 'rules.0.secret']) {
    t.notMatch(expected(path, 'good', 's3cret'), /s3cret/, path)
    t.notMatch(expected(path, 'good', 1234567), /1234567/, path)
  }
  t.equal(expected('secret', 'good', 1234567), 'Expected `secret` to be good, got a number')
  t.equal(expected('url', 'good', null), 'Expected `url` to be good, got null')
  t.equal(
    expected('url', 'good', () => {}),
    'Expected `url` to be good, got a function: options must be plain data',
  )
})

await t.test('never shows a URL, wherever it was written', async () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string(), (url, path) => {
      return path.includes(url) || !expected(path, 'good', url).includes(url)
    }),
  )
})
