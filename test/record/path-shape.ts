import t from 'tap'
import { shapeOfPath } from '../../src/record/path-shape.js'
import { fc } from '../fixtures/properties.js'

t.test('particulars become placeholders, and the names of routes stay', async (t) => {
  for (const [path, shape] of [
    ['', ''],
    ['/', '/'],
    ['*', '*'],
    ['/cart/11', '/cart/<n>'],
    ['/cart/12', '/cart/<n>'],
    ['/v1/users/42/orders/o-7f/items', '/v1/users/<n>/orders/o-<id>/items'],
    ['/api2/v2.10/2fa/i18n/s3/OAuth2/', '/api2/v2.10/2fa/i18n/s3/OAuth2/'],
    ['/getV2Users/IsHTTP2EnabledForUser', '/getV2Users/IsHTTP2EnabledForUser'],
    ['/user1234/order-11/x_7.json', '/user<n>/order-<n>/x_<n>.json'],
    ['/u/3F0E4C1A-1b2c-4d5e-8f90-123456789abc', '/u/<uuid>'],
    ['/u/order-3f0e4c1a-1b2c-4d5e-8f90-123456789abc.pdf', '/u/order-<uuid>.pdf'],
    ['/o/507f1f77bcf86cd799439011/app.3f9a1b2c.js', '/o/<hex>/app.<hex>.js'],
    ['/f/V1StGXR8_Z5jdHi6B-myT', '/f/<id>'],
    ['/v/dQw4w9WgXcQ', '/v/<id>'],
    ['/u/cus_9s6XKzkNRiz8i3', '/u/<id>'],
    ['/01ARZ3NDEKTSV4RRFFQ69G5FAV/clh3k2j5x0000qzrmn831i7rn', '/<id>/<id>'],
    ['/2026-11-23/2026-11-23T18:16:07Z/2026-11-23T18%3A16', '/<time>/<time>/<time>'],
    ['/10.0.0.7/10.0.0.7:80/::1/[fe80::1]:80', '/<ip>/<ip>/<ip>/<ip>'],
    ['/a.b+c@example.test/a%40b.co.test', '/<email>/<email>'],
    ['/52.52,13.40/Items(42)/x;v=1.2;id=55', '/<n>/Items(<n>)/x;v=<n>;id=<n>'],
    ['/caf%C3%A9%20/größe/Über3', '/caf%C3%A9%20/größe/Über3'],
    ['/half\ud800', '/half\ufffd'],
  ] as const) {
    t.equal(shapeOfPath(path), shape, path)
  }
})

/** What routes are named like, and what stands between. */
const name = fc.oneof(
  fc.stringMatching(/^[a-z]{1,9}(?:[-_.][a-z]{1,9}){0,2}$/),
  fc.stringMatching(/^v\d{1,3}(?:\.\d{1,2})?$/),
  fc.stringMatching(/^[a-z]{1,6}\d{1,2}$/),
)
const asItIs = name.map((text) => [text, text] as const)
const hidden = fc.oneof(
  fc.nat().map((n) => [String(n), '<n>'] as const),
  fc.uuid().map((text) => [text, '<uuid>'] as const),
  fc.ipV4().map((text) => [text, '<ip>'] as const),
  fc.ipV6().map((text) => [text.replace(/^[a-f:]*$/, '::1'), '<ip>'] as const),
  fc
    .stringMatching(/^[0-9a-f]{12,40}$/)
    .filter((text) => /\d/.test(text) && /[a-f]/.test(text))
    .map((text) => [text, '<hex>'] as const),
  fc.stringMatching(/^\d[g-z]\d[g-z]{2,12}\d[g-z]$/).map((text) => [text, '<id>'] as const),
  fc.stringMatching(/^(?:[g-z]\d[G-Z]){3,9}$/).map((text) => [text, '<id>'] as const),
  fc.tuple(name, fc.nat()).map(([text, n]) => [`${text}-${n}`, `${text}-<n>`] as const),
  fc.stringMatching(/^[a-z]{1,9}(?:\.[a-z0-9]{1,5})?@[a-z]{1,9}\.test$/).map((text) => [text, '<email>'] as const),
)

t.test('a path is its segments, one after the other, each a name that stays or a particular', async () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(asItIs, hidden), { maxLength: 8 }), (segments) => {
      const shape = `/${segments.map(([, shape]) => shape).join('/')}`
      const path = `/${segments.map(([text]) => text).join('/')}`
      return shape.length > 200 || shapeOfPath(path) === shape
    }),
    { numRuns: 2000 },
  )
})

t.test(
  'a shape is bounded and well-formed, whatever the path, and endless ones take no longer than long ones',
  async (t) => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(...'/ // . : % %2 %41 - _ @ [ ] ; = 1 12 123 a A aB3 é 🚀 \ud800 v1 2026-11-23 ::'.split(' ')),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const shape = shapeOfPath(pieces.join(''))
        return shape.length <= 200 && shape.isWellFormed()
      }),
      { numRuns: 2000 },
    )
    t.equal(shapeOfPath(`/${'x'.repeat(300)}`).length, 200)
    for (const part of [
      '1',
      'a1',
      '-',
      '1-',
      '%41',
      'A1b',
      '1.',
      '::',
      'a:',
      '@',
      'a@a.',
      '2026-11-23',
      '/1',
      '[',
      'a',
    ])
      t.ok(shapeOfPath(part.repeat(3_000_000)).length <= 200, part)
  },
)
