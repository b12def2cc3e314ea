import t from 'tap'
import { kindOf, kindOfRecord, lateKind } from '../../src/record/kind.js'
import { MAX_KIND_LENGTH, toLogRecord } from '../../src/record/log-record.js'
import { faults, type Spelling } from '../fixtures/kinds.js'
import { fc } from '../fixtures/properties.js'

t.test('a kind is the type and the shape of the message', async (t) => {
  for (const [type, message, kind] of [
    ['', '', ''],
    ['', 'db timeout after 12ms', 'db timeout after <n>'],
    ['Error', 'db timeout after 12ms', 'db timeout after <n>'],
    ['MongoServerError', 'E11000 duplicate key', 'MongoServerError: E<n> duplicate key'],
    ['', 'MongoServerError: E11000 duplicate key', 'MongoServerError: E<n> duplicate key'],
    ['MongoServerError', 'MongoServerError: E11000 duplicate key', 'MongoServerError: E<n> duplicate key'],
    ['Error', 'Error: db timeout', 'db timeout'],
    ['', 'Uncaught Error: db timeout', 'db timeout'],
    ['TypeError', '', 'TypeError'],
    ['TypeError', 'TypeError', 'TypeError'],
    ['t', 'db timeout', 'db timeout'],
  ] as const) {
    t.equal(kindOf(type, message), kind, `${type}: ${message}`)
  }
})

t.test('a kind that was given is taken as it is', async (t) => {
  t.equal(kindOfRecord(toLogRecord({ kind: 'pool 7', errorMessage: 'x' })), 'pool 7')
  t.equal(kindOfRecord(toLogRecord({ kind: ' ', errorMessage: 'x 7' })), 'x <n>')
  t.equal(kindOfRecord(toLogRecord({ kind: 'x'.repeat(1000) })).length, 200)
})

t.test('is made when it is first asked for, and once', async (t) => {
  let reads = 0
  const kind = lateKind(() => {
    reads += 1
    return toLogRecord({ errorMessage: 'boom 1' })
  })
  t.equal(reads, 0)
  t.strictSame([kind(), kind(), reads], ['boom <n>', 'boom <n>', 1])
})

const kindOfSpelling = (spelling: Spelling): string =>
  typeof spelling === 'string' ? kindOf('', spelling) : kindOf(...spelling)

t.test('all spellings of a real fault are of its kind, and no two faults are of one', async (t) => {
  const seen = new Map<string, Spelling>()
  for (const { kind, spellings } of faults) {
    const [first = ''] = spellings
    const shown = kind.length > MAX_KIND_LENGTH ? `${kind.slice(0, MAX_KIND_LENGTH - 1)}…` : kind
    for (const spelling of spellings) t.equal(kindOfSpelling(spelling), shown, JSON.stringify(spelling))
    t.equal(seen.get(shown), undefined, `${JSON.stringify(first)} is a fault of its own`)
    seen.set(shown, first)
  }
  t.ok(faults.flatMap(({ spellings }) => spellings).length >= 250)
})

/** What heads, quotations and particulars are made of. */
const FRAGMENTS =
  'Error: |TypeError: |Error [E_1]: |Uncaught |(in promise) | |\n|\0|\\n |  at |"|\'|`|“|”|«|»|@|.|,|;|/|{|}|<n>|<text>|$<n>|…'
    .split('|')
    .concat(
      'a1b2',
      '12',
      '2024-01-01',
      '12:30',
      'https://shop.test/a?b=1',
      ' is not valid JSON',
      'eyJabcdefghij.abc',
      '|',
    )

t.test('a head without a message is a kind, and heads stand in heads', (t) => {
  const kinds: readonly (readonly [string, string, string])[] = [
    ['', 'TypeError', 'TypeError'],
    ['', 'TypeError: ', 'TypeError'],
    ['', 'Uncaught  TypeError:', 'TypeError'],
    ['TypeError', 'Error: ', 'TypeError'],
    // As random as letters can be, and the name of a class.
    ['', 'AaAAAaAaAaAError', 'AaAAAaAaAaAError'],
    ['', 'Error: Error: boom', 'boom'],
    ['', '\u0000Error: Uncaught Error: boom', 'boom'],
    ['', '?https://shop.test/a?b=1 TypeError: boom', 'TypeError: boom'],
    ['', 'Error', 'Error'],
    ['', 'Error: Error: ', 'Error: Error:'],
  ]
  for (const [type, message, kind] of kinds) t.equal(kindOf(type, message), kind, JSON.stringify(message))
  t.end()
})

t.test('a kind is its own kind, bounded, well-formed and on one line', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom(
      ...faults.flatMap(({ spellings }) => spellings.map((one) => (typeof one === 'string' ? one : one[1]))),
    ),
    fc
      .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 20 })), { maxLength: 30 })
      .map((parts) => parts.join('')),
  )
  const type = fc.oneof(fc.constantFrom('', 'Error', 'TypeError', 't'), fc.stringMatching(/^[A-Z][A-Za-z]{0,20}Error$/))
  fc.assert(
    fc.property(type, text, (type, message) => {
      const kind = kindOf(type, message)
      return kind.length <= MAX_KIND_LENGTH && kind.isWellFormed() && !/[\r\n]/.test(kind) && kindOf('', kind) === kind
    }),
    { numRuns: 3000 },
  )
})

const identifier = fc.stringMatching(/^[0-9a-f]{24}$/).filter((id) => /\d/.test(id))
const particulars: readonly fc.Arbitrary<string>[] = [
  fc.nat().map(String),
  fc.uuid(),
  fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 })).map(([ip, port]) => `${ip}:${port}`),
  fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  identifier,
  fc.oneof(fc.nat().map(String), identifier),
  fc.stringMatching(/^'[a-z ]{0,20}'$/),
  fc.stringMatching(/^[a-z]{1,9}@[a-z]{1,9}\.example$/),
]

t.test('other particulars, the same kind; another word, another kind', async () => {
  const pair = fc.oneof(...particulars.map((one) => fc.tuple(one, one)))
  const words = fc.array(fc.constantFrom('order', 'of', 'user', 'failed', 'for', 'ECONNREFUSED', '(closed)'), {
    maxLength: 6,
  })
  fc.assert(
    fc.property(fc.constantFrom('', 'PoolError'), words, fc.array(pair, { maxLength: 4 }), (type, words, pairs) => {
      const [one, other] = [0, 1].map((i) =>
        kindOf(type, pairs.map((pair, at) => `${words[at] ?? 'at'} ${pair[i]}`).join(' ')),
      )
      return one === other && kindOf(type, `${words.join(' ')} b`) !== kindOf(type, `${words.join(' ')} c`)
    }),
    { numRuns: 2000 },
  )
})

t.test('an endless message takes no longer than a long one', async (t) => {
  for (const part of [
    'Error: ',
    'a',
    '\n',
    "'a ",
    '"',
    '{"',
    'aA',
    'Uncaught ',
    '"a", ',
    '?, ',
    ' is not valid JSON',
    '1.1.',
    '    at ',
  ])
    t.ok(kindOf('', part.repeat(1_000_000)).length <= MAX_KIND_LENGTH, part)
})
