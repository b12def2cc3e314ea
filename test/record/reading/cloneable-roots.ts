import t from 'tap'
import { MAX_COPIED_TEXT_LENGTH, MAX_COPY_LENGTH, plainRoots } from '../../../src/record/reading/cloneable-roots.js'
import { type Root, rootsOf } from '../../../src/record/reading/line-reader.js'
import { compilePath } from '../../../src/record/reading/path.js'
import { fc } from '../../fixtures/properties.js'

/** As they are on the other side. */
const crossed = (members: object, redact?: readonly string[]): Root[] =>
  JSON.parse(JSON.stringify(plainRoots(rootsOf({ members }, undefined), redact)))

t.test('scalars are found by their paths as before, in errors of any class too', (t) => {
  class Failure extends Error {
    override get message(): string {
      return 'from a getter'
    }
  }
  const cause = new TypeError('cause')
  const members = {
    tenant: { id: 7, 'a.b': 'x', list: [{ ok: true }], none: null },
    err: Object.assign(new Failure(), { code: 'E_DB', cause }),
    reason: new RangeError('reason'),
    meta: { area: 'payments' },
    __proto__: { inherited: 1 },
  }
  const [root, ...more] = crossed(members)
  const read = (path: string): unknown => compilePath(path)(root?.members ?? {})
  t.strictSame(
    ['tenant.id', 'tenant.a.b', 'tenant.list.0.ok', 'tenant.none', 'err.message', 'err.code', 'err.cause.message'].map(
      read,
    ),
    [7, undefined, true, null, 'from a getter', 'E_DB', 'cause'],
  )
  t.strictSame([read('err.name'), read('reason.name'), read('inherited')], ['Error', 'RangeError', undefined])
  t.match(more, [
    { prefix: '', errorKey: 'err', members: {} },
    { prefix: '', errorKey: 'reason', members: { err: { message: 'reason' } } },
    { prefix: 'meta.', members: { area: 'payments' } },
  ])
  t.strictSame(more[0]?.members, {}, 'what an earlier root has is not copied again')
  t.end()
})

t.test('what is redacted stays, wherever it is', (t) => {
  const members = {
    card: '4000 s3cret',
    user: { name: 'ann', email: 's3cret@example.test' },
    reason: Object.assign(new Error('x'), { token: 's3cret' }),
    meta: { list: [{ pin: 's3cret' }] },
  }
  const text = JSON.stringify(crossed(members, ['card', 'user.email', 'reason.token', 'meta.list.*.pin']))
  t.notMatch(text, 's3cret')
  t.match(text, 'ann')
  t.end()
})

t.test('whatever is in a line, it never throws and stays within bounds', (t) => {
  const hostile: Record<string, unknown> = {
    get throws() {
      throw new Error('getter')
    },
    closed: Proxy.revocable({}, {}).proxy,
    inside: { closed: new Proxy({}, { ownKeys: () => [1] as never }) },
    big: 10n,
    symbol: Symbol('x'),
    run: () => 1,
    date: new Date(),
    bytes: Buffer.alloc(100_000),
    nan: Number.NaN,
    map: new Map([[1, 2]]),
    long: 'x'.repeat(1_000_000),
    wide: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`key ${i}`, 'y'.repeat(1000)])),
    list: Array.from({ length: 20_000 }, () => ({ a: 'z'.repeat(1000) })),
  }
  hostile['self'] = hostile
  hostile['after'] = 'all of it'
  const [root]: Root[] = JSON.parse(JSON.stringify(plainRoots([{ members: hostile, prefix: '' }])))
  t.match(root?.members, {
    closed: {},
    inside: { closed: {} },
    big: {},
    symbol: {},
    run: {},
    date: {},
    bytes: {},
    nan: {},
    map: {},
    after: 'all of it',
  })
  t.notOk(Object.hasOwn(root?.members ?? {}, 'throws'))
  t.equal((root?.members as { long?: string } | undefined)?.long?.length, MAX_COPIED_TEXT_LENGTH)
  t.ok(JSON.stringify(root).length < 3 * MAX_COPY_LENGTH)
  t.end()
})

t.test('any members that are data come out the same', async () => {
  const data = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
  fc.assert(
    fc.property(data, (members) => {
      const copy = crossed(members)[0]?.members
      return JSON.stringify(copy) === JSON.stringify(members, (_, v) => (Array.isArray(v) ? { ...v } : v))
    }),
  )
})
