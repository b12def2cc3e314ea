// Requests told from the members of a line against requests told by reading the line, for lines that the member sieve lets go.
import t from 'tap'
import { type LineShape, messagePathsOf } from '../../../src/record/reading/field-paths.js'
import { type Line, rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileTraits } from '../../../src/record/reading/line-traits.js'
import { standardScale } from '../../../src/record/severity.js'
import { compileMemberRequests } from '../../../src/record/sieve/member-requests.js'
import { compileMemberSieve } from '../../../src/record/sieve/member-sieve.js'
import { fc } from '../../fixtures/properties.js'

function hasStatus(line: Line, shape: LineShape = {}): boolean {
  const roots = rootsOf(line, shape.nestedKey, messagePathsOf(shape))
  return compileTraits(shape)(roots, line.level, standardScale).statusCode > 0
}

t.test('tells a status at the root, and has read what may have one elsewhere', (t) => {
  const rows: [members: object, found: boolean | 'unsure', extras?: object[]][] = [
    [{ message: 'x' }, false],
    [{ message: 'x', res: { statusCode: 200 } }, true],
    [{ statusCode: '404' }, true],
    [{ 'http.response.status_code': 204 }, true],
    [{ http: { response: { status_code: 204 } } }, true],
    [{ statusCode: 99, status: 'active' }, false],
    [{ upstream: { statusCode: 200 } }, false],
    [{ meta: { res: { statusCode: 200 } } }, 'unsure'],
    [{ err: { statusCode: 404 } }, 'unsure'],
    [{ message: 'GET /orders 200 1.2 ms - 12' }, 'unsure'],
    [{ message: 'x' }, 'unsure', [{ res: { statusCode: 200 } }]],
    [{ message: 'x', user: 1 }, false, [{ user: 1 }]],
    [Object.create({ statusCode: 200 }), 'unsure'],
  ]
  for (const [members, found, extras] of rows)
    t.equal(compileMemberRequests({})({ members, extras, level: 'info' }), found, JSON.stringify(members))
  t.equal(compileMemberRequests({ fields: { statusCode: 'http.code' } })({ members: { http: { code: 200 } } }), true)
  t.end()
})

const key = fc.constantFrom(
  ...[
    'res',
    'response',
    'statusCode',
    'status',
    'http',
    'status_code',
    'http.status_code',
    'a',
    'meta',
    'metadata',
    'inner',
  ],
  ...['err', 'error', 'message', 'msg', 'output'],
)
const object = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(200, 404, 503, 99, '200', 'x', null, true, 'GET /x 200 1 ms - 2', 'GET /x'),
    },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 2 }) },
    { weight: 3, arbitrary: tie('object') },
  ),
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
})).object
const shape: fc.Arbitrary<LineShape> = fc.constantFrom<LineShape>(
  {},
  { nestedKey: 'inner', errorKey: 'error' },
  { fields: { statusCode: ['a.status', 'http.status_code'] } },
)

t.test('tells of any members what reading the line tells', async (t) => {
  let [sure, unsure] = [0, 0]
  const property = fc.property(shape, object, fc.option(object), fc.boolean(), (shape, members, extra, isCopied) => {
    const line: Line = {
      members: isCopied ? { ...members, ...extra } : members,
      level: 'info',
      extras: extra === null ? undefined : [extra],
    }
    const criteria = { statusThreshold: 500, minSeverity: 40, scale: standardScale, shape }
    if (compileMemberSieve(criteria)(line)) return true
    const found = compileMemberRequests(shape)(line)
    if (found === 'unsure') unsure += 1
    else if (found) sure += 1
    return found === 'unsure' || found === hasStatus(line, shape)
  })
  fc.assert(property, { numRuns: 5000 })
  t.ok(sure > 100 && unsure > 50, `${sure} sure, ${unsure} to be read`)
})
