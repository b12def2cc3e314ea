import t from 'tap'
import { type Line, rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileSampleFields, MAX_JSON_LENGTH, type SampleFields } from '../../../src/record/reading/sample-fields.js'
import { fc } from '../../fixtures/properties.js'

function fieldsOf(line: Line, paths: readonly string[], redact: readonly string[] = []): SampleFields | undefined {
  return compileSampleFields(paths, redact)(rootsOf(line, undefined))
}

await t.test('what the paths name is told by these paths, and what a line has not is left out', async (t) => {
  const members = {
    tenant: 'acme',
    'labels.zone': 'eu-1',
    order: { id: 7, paid: false, coupon: null, items: [{ sku: 'a' }, 2] },
    meta: { region: 'eu' },
  }
  t.strictSame(
    fieldsOf({ members }, [
      'tenant',
      'labels.zone',
      'order.id',
      'order.paid',
      'order.coupon',
      'region',
      'nothing.here',
    ]),
    {
      tenant: 'acme',
      'labels.zone': 'eu-1',
      'order.id': 7,
      'order.paid': false,
      'order.coupon': null,
      region: 'eu',
    },
  )
  t.strictSame(fieldsOf({ members }, ['order']), {
    order: '{"id":7,"paid":false,"coupon":null,"items":[{"sku":"a"},2]}',
  })
  t.strictSame(fieldsOf({ members }, ['nothing']), {})
  t.equal(fieldsOf({ members }, []), undefined)
})

await t.test('texts are cleaned, wherever they stand', async (t) => {
  const members = { url: '/a?token=s3cret', deep: { url: '/a?token=s3cret', list: ['\u001b[31mred'] } }
  t.strictSame(fieldsOf({ members }, ['url', 'deep']), { url: '/a', deep: '{"url":"/a","list":["red"]}' })
})

await t.test('what is no JSON is told as text or left out', async (t) => {
  class Failure extends Error {
    override name = 'Failure'
    code = 'E_DB'
  }
  const itself: Record<string, unknown> = { a: 1 }
  itself['itself'] = itself
  const members = {
    infinite: Number.POSITIVE_INFINITY,
    big: 12n,
    at: new Date(0),
    never: new Date(Number.NaN),
    call: () => 1,
    bytes: Buffer.from('s3cret'),
    failure: new Failure('down'),
    list: [undefined, () => 1, 12n],
    itself,
  }
  const { itself: told, ...fields } = fieldsOf({ members }, Object.keys(members)) ?? {}
  t.strictSame(fields, {
    infinite: 'Infinity',
    big: '12',
    at: '1970-01-01T00:00:00.000Z',
    failure: '{"message":"down","name":"Failure","code":"E_DB"}',
    list: '[null,null,"12"]',
  })
  t.match(told, /^\{"a":1,"itself":\{"a":1,"itself":/)
  t.equal(`${told}`.length, MAX_JSON_LENGTH)
})

await t.test('what is redacted stays, though an ancestor of it is named', async (t) => {
  const secret = 'canary7f3a'
  const members = { a: { b: { c: secret }, 'b.c': secret, list: [{ c: secret, d: 1 }] }, failure: new Error(secret) }
  const rows: readonly (readonly [path: string, redact: readonly string[], fields: SampleFields])[] = [
    ['a', ['a'], {}],
    ['a.b', ['a'], {}],
    ['a.b.c', ['*.b'], {}],
    ['a', ['a.b', 'a.list.*.c'], { a: '{"list":[{"d":1}]}' }],
    ['a', ['a.b.c', 'a.list.0'], { a: '{"b":{},"list":[null]}' }],
    ['a', ['a.*'], { a: '{}' }],
    ['a', ['*.*.*', 'a.b'], { a: '{"list":[null]}' }],
    ['a.list', ['a.list.*.c'], { 'a.list': '[{"d":1}]' }],
    ['failure', ['failure.message'], { failure: '{}' }],
    ['err', ['failure.message'], { err: '{}' }],
    ['err.message', ['failure'], {}],
  ]
  for (const [path, redact, fields] of rows) t.strictSame(fieldsOf({ members }, [path], redact), fields, redact.join())
  t.strictSame(
    fieldsOf({ members: new Error(secret) }, ['err'], ['message']),
    { err: '{}' },
    'an error that is the line',
  )
  t.strictSame(fieldsOf({ members: { meta: members } }, ['a.b'], ['meta.a.b.c']), { 'a.b': '{}' }, 'in its own place')
})

await t.test(
  'headers, cookies, queries and bodies are told where they are named, not where their owner is',
  async (t) => {
    const members = {
      req: {
        method: 'POST',
        headers: { host: 'h', cookie: 's3cret' },
        rawHeaders: ['s3cret'],
        cookies: { a: 's3cret' },
        query: { a: 's3cret' },
        params: { id: 's3cret' },
        body: { a: 's3cret' },
        requestBody: 's3cret',
        queryStringParameters: {},
      },
    }
    t.strictSame(fieldsOf({ members }, ['req']), { req: '{"method":"POST"}' })
    t.strictSame(fieldsOf({ members }, ['req.headers', 'req.headers.cookie', 'req.body']), {
      'req.headers': '{"host":"h"}',
      'req.headers.cookie': 's3cret',
      'req.body': '{"a":"s3cret"}',
    })
  },
)

await t.test('a name that would reach a prototype is a name like any other', async (t) => {
  const members = JSON.parse('{"__proto__":{"a":1},"b":{"__proto__":{"c":1},"constructor":2}}')
  const fields = fieldsOf({ members }, ['__proto__', 'b', 'b.toString'])
  t.strictSame(Object.entries(fields ?? {}), [
    ['__proto__', '{"a":1}'],
    ['b', '{"__proto__":{"c":1},"constructor":2}'],
  ])
})

await t.test('of endless objects no more is read than is shown', async (t) => {
  const wide = { list: new Array(5_000_000).fill({ a: 'x' }), empty: new Array(5_000_000), text: 'x'.repeat(5_000_000) }
  for (const value of Object.values(fieldsOf({ members: wide }, ['list', 'empty', 'text']) ?? {})) {
    t.ok(`${value}`.length <= 2048)
  }
  t.equal(`${fieldsOf({ members: { wide } }, ['wide'], ['wide.list.*'])?.['wide']}`.length, MAX_JSON_LENGTH)
})

const json = fc.jsonValue({ maxDepth: 4 })

await t.test(
  'objects are told as JSON writes them, as far as they fit, and texts and numbers as they are',
  async () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), json), (given) => {
        const members: unknown = JSON.parse(
          JSON.stringify(given, (_, value) => (typeof value === 'string' ? 'text' : value)),
        )
        const lowered: unknown = withPlainNames(members)
        const value = fieldsOf({ members: { lowered } }, ['lowered'])?.['lowered']
        const whole = JSON.stringify(lowered)
        return whole.length <= MAX_JSON_LENGTH ? value === whole : value === `${whole.slice(0, MAX_JSON_LENGTH - 1)}…`
      }),
    )
  },
)

/** Names that are cleaned or left out otherwise. */
function withPlainNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.values(value).map((member, i) => [`k${i}`, withPlainNames(member)]))
}

await t.test('no redacted value leaves, whatever is named and wherever it is', async () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.constant('leaf'),
      fc.dictionary(name, tie('node')),
      fc.array(tie('node'), { maxLength: 3 }),
    ),
  })).node
  const path = fc.array(fc.oneof(name, fc.constantFrom('0', '*')), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(
      fc.dictionary(name, tree),
      fc.array(name, { minLength: 1, maxLength: 3 }),
      fc.array(path),
      (members, named, redact) => {
        const fields = fieldsOf(
          { members: spoil(members, '', redact) },
          [named.join('.')],
          redact.map((segments) => segments.join('.')),
        )
        return !JSON.stringify(fields).includes('SECRET')
      },
    ),
    { numRuns: 1000 },
  )
})

/** A naive model of `redact`: the leaves in redacted places are secrets. */
function spoil<T>(value: T, place: string, redact: readonly (readonly string[])[]): T {
  if (typeof value === 'object' && value !== null) {
    const copy = Object.entries(value).map(([key, inner]) => [key, spoil(inner, `${place}${key}.`, redact)] as const)
    return (Array.isArray(value) ? copy.map(([, inner]) => inner) : Object.fromEntries(copy)) as T
  }
  const isSecret = redact.some((segments) =>
    new RegExp(`^${segments.map((segment) => (segment === '*' ? '[^.]+' : segment)).join('\\.')}\\.`).test(place),
  )
  return (isSecret ? 'SECRET' : value) as T
}
