import t from 'tap'
import { plainRoots } from '../../../src/record/reading/cloneable-roots.js'
import { compileReader, isRedacted, placeOf, type Root, rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileSampleFields } from '../../../src/record/reading/sample-fields.js'

const anything = (value: unknown): unknown => value

function placesOf(roots: readonly Root[]): string[] {
  return roots.map(({ prefix, errorKey }) => (errorKey === undefined ? prefix : `${prefix}${errorKey}!`))
}

await t.test(
  'a line is read at its root, then below what loggers nest under, then in what belongs to it',
  async (t) => {
    const line = {
      members: { meta: { a: 1 }, metadata: { b: 2 }, payload: { c: 3 }, other: { d: 4 } },
      extras: [{ e: 5 }],
    }
    t.strictSame(placesOf(rootsOf(line, 'payload')), ['', 'meta.', 'metadata.', 'payload.', ''])
    t.strictSame(placesOf(rootsOf(line, undefined)), ['', 'meta.', 'metadata.', ''])
    t.strictSame(placesOf(rootsOf({ members: { meta: 'text', metadata: [], payload: null } }, 'payload')), [''])
  },
)

await t.test('an Error is read as err, wherever it is', async (t) => {
  const error = new Error('x')
  t.strictSame(placesOf(rootsOf({ members: { failure: error, meta: { cause: error } } }, undefined)), [
    '',
    'failure!',
    'meta.',
    'meta.cause!',
  ])
  t.strictSame(placesOf(rootsOf({ members: error, extras: [error] }, undefined)), ['', '!', '', '!'])
  const read = compileReader(['err.message'])
  t.equal(read(rootsOf({ members: { failure: error } }, undefined), anything), 'x')
  t.equal(read(rootsOf({ members: error }, undefined), anything), 'x')
})

await t.test('in a line that was parsed no Error is looked for', async (t) => {
  const error = new Error('x')
  const members = { err: { message: 'told' }, meta: { a: 1 }, payload: { b: 2 } }
  const parsed = { members, isParsed: true }
  t.strictSame(rootsOf(parsed, 'payload'), rootsOf({ members }, 'payload'), 'it has none, so it reads alike')
  t.strictSame(
    placesOf(rootsOf({ members: { failure: error, meta: { cause: error } }, extras: [error], isParsed: true }, 'meta')),
    ['', 'meta.', 'meta.', ''],
  )
  t.strictSame(placesOf(rootsOf({ members: { meta: 'text', metadata: [] }, isParsed: true }, 'payload')), [''])
})

await t.test('paths come before places: a better path in a later place wins', async (t) => {
  const roots = rootsOf({ members: { second: 1, meta: { first: 2, second: 3 } } }, undefined)
  t.equal(compileReader(['first', 'second'])(roots, anything), 2)
  t.equal(compileReader(['second'])(roots, anything), 1)
})

await t.test('a value that is not accepted is as good as none', async (t) => {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  const roots = rootsOf({ members: { first: 1, meta: { first: null }, second: 'two' } }, undefined)
  t.equal(compileReader(['first', 'second'])(roots, text), 'two')
  t.equal(compileReader(['first'])(roots, text), undefined)
  t.equal(compileReader([])(roots, text), undefined)
})

await t.test('a redacted place is not looked at, nor what is below it', async (t) => {
  const members = { a: { b: { c: 1 } }, 'a.b.c': 2, meta: { a: { b: { c: 3 } } } }
  const roots = rootsOf({ members }, undefined)
  const rows: readonly (readonly [redact: readonly string[], value: unknown])[] = [
    [[], 2],
    [['a.b.c'], undefined],
    [['a.b'], undefined],
    [['a'], undefined],
    [['a.*'], undefined],
    [['*.b.c'], undefined],
    [['meta.a'], 2],
    [['*.a.b'], 2],
    [['a.b.c.d'], 2],
    [['a.x'], 2],
    [['b.c'], 2],
    [['*.*.*.*.*'], 2],
  ]
  for (const [redact, value] of rows) t.equal(compileReader(['a.b.c'], redact)(roots, anything), value, redact.join())
})

await t.test('what winston keeps beside a line is redacted where the line shows it', async (t) => {
  const extras = [{ tenant: { key: 's3cret' } }, new Error('s3cret')]
  const roots = rootsOf({ members: { message: 'x', metadata: extras[0] }, extras }, 'context')
  const read = (path: string, ...redact: string[]): unknown => compileReader([path], redact)(roots, anything)
  t.equal(read('tenant.key', 'metadata.tenant.key'), undefined)
  t.equal(read('tenant.key', 'metadata.*.key'), undefined)
  t.equal(read('tenant.key', 'metadata.other'), 's3cret')
  t.equal(read('err.message', 'context.message'), undefined)
  t.equal(read('tenant.key', 'tenant'), undefined)
  const sample = (...redact: string[]): unknown => compileSampleFields(['tenant'], redact)(roots)
  t.strictSame(sample('metadata.tenant.key'), { tenant: '{}' })
  t.strictSame(sample('metadata.tenant'), {})
  t.notMatch(JSON.stringify(plainRoots(roots, ['metadata.tenant', 'metadata.message', 'metadata.stack'])), 's3cret')
})

await t.test('an Error is redacted under its own key', async (t) => {
  const roots = rootsOf({ members: { 'fail$&ure': new Error('x') } }, undefined)
  const read = (redact: string): unknown => compileReader(['err.message'], [redact])(roots, anything)
  t.equal(read('fail$&ure'), undefined)
  t.equal(read('fail$&ure.message'), undefined)
  t.equal(read('fail$&ure.stack'), 'x')
  t.equal(read('err.message'), undefined, 'a path names whatever it finds')
  t.equal(read('err.code'), 'x')
  const itself = rootsOf({ members: new Error('x') }, undefined)
  t.equal(compileReader(['err.message'], ['message'])(itself, anything), undefined)
})

await t.test('a place is told below the whole line, and is redacted with what it is in', async (t) => {
  const error = new Error('x')
  const inLine = rootsOf({ members: { failure: error, meta: { a: 1 } } }, undefined).map((root) =>
    placeOf(root, 'err.a'),
  )
  t.strictSame(inLine, ['err.a', 'failure.a', 'meta.err.a'])
  const itself = rootsOf({ members: error }, undefined)
  t.strictSame([placeOf(itself[1] ?? { members: {}, prefix: '' }, 'err')], [''], 'the line itself is the error')
  const rows = [
    ['a', 'a', true],
    ['a.b', 'a', true],
    ['a', 'a.b', false],
    ['a.b', 'a.*', true],
    ['a', 'a.*', false],
    ['ab', 'a', false],
  ] as const
  for (const [place, path, redacted] of rows)
    t.equal(isRedacted(place, [path.split('.')]), redacted, `${place} ${path}`)
  t.equal(isRedacted('a', []), false)
})
