import t from 'tap'
import { MAX_KIND_LENGTH } from '../../src/record/log-record.js'
import { isRandom, shapeOf } from '../../src/record/message-shape.js'
import { fc } from '../fixtures/properties.js'

await t.test('particulars become placeholders, and the rest stays', async (t) => {
  for (const [message, shape] of [
    ['', ''],
    ['db timeout', 'db timeout'],
    ['db timeout after 12ms', 'db timeout after <n>'],
    ['connect ECONNREFUSED 10.0.0.7:5432', 'connect ECONNREFUSED <ip>'],
    ['connect ECONNREFUSED ::1:5432', 'connect ECONNREFUSED <ip>'],
    ['10.0.0.7: refused, [fe80::1]:80: refused', '<ip>: refused, <ip>: refused'],
    ['::ffff:10.0.0.7 2001:db8:0:1:2:3:4:5', '<ip> <ip>'],
    ['block of 192.168.0.0/24', 'block of <ip>'],
    ['1.5s, 1h30m5s, 99.9%, -5, 1,234.50, 1e-7, 10GiB, 2nd', '<n>'],
    ['x=-1 x = +1 a-1', 'x=<n> x = <n> a-<n>'],
    ['user 3f0e4c1a-1b2c-4d5e-8f90-123456789abc not found', 'user <uuid> not found'],
    ['commit DEADBEEF12 at 0x7ffe', 'commit <n> at <n>'],
    ['effaced or defaced, a deadbeef', 'effaced or defaced, a deadbeef'],
    ['1234567 123456789012', '<n> <n>'],
    ['customer cus_9s6XKzkNRiz8i3', 'customer cus_<n>'],
    ['E11000 in worker3 of v1.2.3', 'E<n> in worker<n> of v<n>'],
    ['GET /users/42/orders/o-7f/items failed', 'GET /users/<n>/orders/<n>/items failed'],
    ['GET /v1/files/a%20b2.txt.', 'GET /<n>/files/<n>.'],
    ['https://api2.example.test/a/1?page=2', 'https://api<n>.example.test/a/<n>'],
    ['file:///srv/app/server.js:17:137', 'file:///srv/app/server.js:<n>:<n>'],
    ['3/4 of them', '<n>/<n> of them'],
    ['at 2026-11-23T18:16:07.123Z, 2026-11-23 18:16:07,5 +0100 and 2026/11/23', 'at <time> and <time>'],
    ['Mon Nov 23 2026 18:41:15 GMT+0000 (Coordinated Universal Time) was', '<time> was'],
    ['since Mon, 23 Nov 2026 18:41:15 GMT or Nov 3, 18:41:15', 'since <time> or <time>'],
    ['mail to a.b+c@example.co.test bounced', 'mail to <email> bounced'],
    ['key "a b" of `c` and “d”', 'key <text> of <text> and <text>'],
    ["can't open 'a.txt' or 'it's', don't", "can't open <text> or <text>, don't"],
    ["the users' 5\" disk of '", "the users' <n>\" disk of '"],
    ['{"code":500,"reason":"x"} from a', '<json> from a'],
    ['{"a":1,"b":[{"c":"d', '<json>'],
    ['{ code: 500, names: [1, 2, 3] }', '{ code: <n>, names: [<n>] }'],
    ['std::bad_alloc in a:b:c', 'std::bad_alloc in a:b:c'],
    [' two\r\n\t lines\0x ', 'two lines x'],
    ['half \ud800', 'half \ufffd'],
    ['„a“, «b», »c« und ‘d’', '<text> und <text>'],
    ["in ('a', 'b', 'c') or (?,?,?) or ($1, $2)", 'in (<text>) or (?) or ($<n>)'],
    ['/a/b?token=x is gone', '/a/b is gone'],
    ['what?', 'what?'],
    ['V1StGXR8_Z5jdHi6B-myT 01ARZ3NDEKTSV4RRFFQ69G5FAV', '<n> <n>'],
    [
      'PrismaClientKnownRequestError of the internationalization-module',
      'PrismaClientKnownRequestError of the internationalization-module',
    ],
    ['my-service-V2-production in ERR_HTTP2_STREAM_ERROR', 'my-service-V<n>-production in ERR_HTTP<n>_STREAM_ERROR'],
    ['vlR7PnpV2Ce81l0PRw6jlUpck7Jo5ZsQjryTjKlc5aLW/VHPZLj5NeC6qMa0emYBDXOo6QBU0Wo=', '<n>'],
    ['boom    at run (/a.js:1:2)', 'boom'],
    ['größer als 5µs – 速い 🚀', 'größer als <n> – 速い 🚀'],
  ] as const) {
    t.equal(shapeOf(message), shape, JSON.stringify(message))
  }
})

await t.test('the messages of different errors differ', async (t) => {
  const messages = [
    'db timeout',
    'payment declined',
    'connect ECONNREFUSED 10.0.0.7:5432',
    'connect ETIMEDOUT 10.0.0.7:5432',
    'connect ETIMEDOUT db-1.internal:5432',
  ]
  t.equal(new Set(messages.map(shapeOf)).size, messages.length)
})

const two = (digits: number): string => String(digits).padStart(2, '0')
const ipv4 = fc.ipV4()
const port = fc.integer({ min: 1, max: 65_535 })
const time = fc
  .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
  .chain((date) =>
    fc.constantFrom(
      date.toISOString(),
      date.toUTCString(),
      date.toString(),
      `${date.toISOString().slice(0, 19)}+02:00`,
      date.toLocaleString('en-US'),
      date.toLocaleString('de-DE'),
    ),
  )
const particulars: readonly fc.Arbitrary<string>[] = [
  fc.uuid(),
  fc.oneof(
    ipv4,
    fc.tuple(ipv4, port).map(([ip, port]) => `${ip}:${port}`),
  ),
  fc.oneof(
    fc.ipV6().filter((ip) => /\d/.test(ip)),
    fc.tuple(fc.ipV6(), port).map(([ip, port]) => `[${ip.replace(/^[a-f:]*$/, '::1')}]:${port}`),
  ),
  fc
    .oneof(
      fc.integer(),
      fc.nat().map((n) => `${n}ms`),
      fc.nat().map((n) => `${n}.5s`),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
    )
    .map(String),
  fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59)).map(([h, m, s]) => `${two(h)}:${two(m)}:${two(s)}`),
  time,
  fc.stringMatching(/^[a-z][a-z0-9]{0,9}(\.[a-z]{1,5})?@[a-z]{1,9}(-[a-z0-9]{1,5})?\.(test|example)$/),
  // Of hexadecimal digits, some ids have no letter; one that has no digit cannot be told from a word.
  fc.stringMatching(/^[0-9a-f]{8,40}$/).filter((hex) => /\d/.test(hex)),
  fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
  fc.stringMatching(/^[\w-]{21}$/).filter((nanoid) => isRandom(nanoid) && /^[A-Z\d]/.test(nanoid)),
  fc.stringMatching(/^eyJ[\w-]{20,40}\.[\w-]{20,60}\.[\w-]{43}$/),
  fc.stringMatching(/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/),
  fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  fc.string({ maxLength: 20 }).map((text) => `"${text.replaceAll('"', '')}"`),
  fc.stringMatching(/^[a-z .,0-9]{0,20}$/).map((text) => `'${text}'`),
  fc.stringMatching(/^\/users\/\d{1,12}$/),
  fc.stringMatching(/^\/users\/[a-z]{1,3}-[0-9][a-z0-9]{0,9}$/),
]
const plainWord = fc.constantFrom('db', 'timeout', 'after', "can't", 'ECONNREFUSED', 'a:', '(closed)', 'größer', '–')

await t.test('messages that differ in one particular have one shape', async () => {
  const pairs = fc.oneof(...particulars.map((kind) => fc.tuple(kind, kind)))
  fc.assert(
    fc.property(
      fc.array(plainWord, { maxLength: 5 }),
      pairs,
      fc.array(plainWord, { maxLength: 5 }),
      (before, [a, b], after) => {
        const [one, other] = [a, b].map((particular) => shapeOf([...before, particular, ...after].join(' ')))
        return one === other && one !== shapeOf([...before, ...after].join(' '))
      },
    ),
    { numRuns: 2000 },
  )
})

await t.test('messages that differ in a word that is none have two', async () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/)
  fc.assert(
    fc.property(fc.array(plainWord), word, word, (before, a, b) => {
      const [one, other] = [a, b].map((last) => shapeOf([...before, last].join(' ')))
      return (one === other) === (a === b)
    }),
  )
})

const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ maxLength: 6 }),
      fc.constantFrom(...`' " \` “ ” … < > @ . : / - + _ 1 a f é 🚀 \ud800 <n> % ::`.split(' '), ' '),
      fc.constantFrom('x'.repeat(190), 'deadbeef', 'a@b', 'nov', '2026-11-23', 'ms', "n't", '/a'),
      ...particulars,
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''))

await t.test('a shape is its own shape, bounded, well-formed, on one line and without digits', async () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const shape = shapeOf(text)
      return (
        shapeOf(shape) === shape &&
        shape.length <= MAX_KIND_LENGTH &&
        shape.isWellFormed() &&
        !/[\d\r\n\0]|\s\s|^\s|\s$/.test(shape)
      )
    }),
    { numRuns: 5000 },
  )
})

await t.test('what is long is cut, and endless messages take no longer than long ones', async (t) => {
  t.equal(shapeOf('🚀'.repeat(101)), `${'🚀'.repeat(99)}…`)
  t.equal(shapeOf('x'.repeat(200)), 'x'.repeat(200))
  for (const part of [
    "'a ",
    '"',
    '1.',
    'a:',
    ':',
    'a.',
    '/a',
    'a1',
    'a',
    ' ',
    '+1',
    'mon ',
    'nov 1, ',
    '1-',
    'a@a-',
    'f',
    '\ud800',
  ]) {
    t.ok(shapeOf(part.repeat(3_000_000)).length <= MAX_KIND_LENGTH, part)
  }
})
