import fc from 'fast-check'
import t from 'tap'
import { type ErrorRecord, mergeRecords, toInteger, toLogRecord } from '../../src/record/log-record.js'

const blank = {
  group: '',
  keyId: 0,
  model: '',
  providerName: '',
  providerType: '',
  statusCode: 0,
  errorMessage: '',
  clientIp: '',
  kind: '',
  errorType: '',
}

await t.test('takes a record as it is', async (t) => {
  const record = {
    group: 'eu',
    keyId: 42,
    model: 'gpt',
    providerName: 'acme',
    providerType: 'llm',
    statusCode: 503,
    errorMessage: 'GET /a?token=x failed\nsecond line',
    clientIp: '::ffff:203.0.113.9',
    kind: 'db',
  }
  t.strictSame(toLogRecord(record), { ...record, errorType: '' })
})

await t.test('members left out are blank', async (t) => {
  t.strictSame(toLogRecord({}), blank)
  t.strictSame(toLogRecord({ statusCode: 500 }), { ...blank, statusCode: 500 })
})

await t.test('members of another type are blank too, but digits stand for their number', async (t) => {
  t.strictSame(
    toLogRecord({
      group: 5,
      keyId: '42',
      model: null,
      providerName: ['a'],
      statusCode: '503',
      errorMessage: new Error('x'),
    }),
    { ...blank, keyId: 42, statusCode: 503 },
  )
})

await t.test('what is no object is a blank record', async (t) => {
  for (const input of [undefined, null, 5, 'text', true, [], ['group'], () => {}])
    t.strictSame(toLogRecord(input), blank)
})

await t.test('members that are not asked for do not get in', async (t) => {
  t.strictSame(Object.keys(toLogRecord({ extra: 1, status_code: 500, __proto__: { group: 'x' } })), Object.keys(blank))
  t.equal(toLogRecord(JSON.parse('{"__proto__":{"group":"x"}}')).group, '')
})

await t.test('an integer is a safe one or its digits; anything else is 0', async (t) => {
  for (const [input, integer] of [
    [0, 0],
    [-7, -7],
    [2 ** 53 - 1, 2 ** 53 - 1],
    ['0042', 42],
    ['-7', -7],
    ['123456789012345', 123_456_789_012_345],
    ['1234567890123456', 0],
    [2 ** 53, 0],
    [1.5, 0],
    ['1.5', 0],
    ['1e3', 0],
    ['0x10', 0],
    [' 5', 0],
    ['', 0],
    [Number.NaN, 0],
    [Infinity, 0],
    [5n, 0],
    [true, 0],
    [null, 0],
    [[5], 0],
  ] as const) {
    t.equal(toInteger(input), integer, `${typeof input} ${input}`)
  }
})

await t.test('what the records of one request tell is put together', async (t) => {
  const rows: readonly (readonly [
    why: string,
    records: readonly Partial<ErrorRecord>[],
    merged: Partial<ErrorRecord>,
  ])[] = [
    ['a status beats none', [{ statusCode: 0 }, { statusCode: 503 }], { statusCode: 503 }],
    ['the first status stays', [{ statusCode: 500 }, { statusCode: 503 }], { statusCode: 500 }],
    [
      'a real message beats a made-up one',
      [{ errorMessage: 'failed with status code 500' }, { errorMessage: 'db timeout' }],
      { errorMessage: 'db timeout' },
    ],
    [
      'a made-up message does not beat a real one',
      [{ errorMessage: 'db timeout' }, { errorMessage: 'failed with status code 500' }],
      { errorMessage: 'db timeout' },
    ],
    [
      'a made-up message beats none',
      [{ errorMessage: '' }, { errorMessage: 'failed with status code 500' }],
      { errorMessage: 'failed with status code 500' },
    ],
    [
      'no message takes none away',
      [{ errorMessage: 'failed with status code 500' }, {}],
      { errorMessage: 'failed with status code 500' },
    ],
    [
      'a message that only begins like a made-up one is real',
      [{ errorMessage: 'failed with status code 500 upstream' }, { errorMessage: 'later' }],
      { errorMessage: 'failed with status code 500 upstream' },
    ],
    [
      'the type is that of the error whose message it is',
      [
        { errorMessage: 'failed with status code 500', errorType: 'Error' },
        { errorMessage: 'db timeout', errorType: 'PoolError' },
        { errorMessage: 'other', errorType: 'OtherError' },
      ],
      { errorMessage: 'db timeout', errorType: 'PoolError' },
    ],
    ['a kind that was given stays', [{}, { kind: 'a' }, { kind: 'b' }], { kind: 'a' }],
    [
      'every other field fills in what is missing, and keeps what is known',
      [
        { group: 'a', clientIp: '' },
        { group: 'b', keyId: 7, model: 'm', providerName: 'n', providerType: 't', clientIp: '203.0.113.9' },
        { keyId: 8, clientIp: '10.0.0.1' },
      ],
      { group: 'a', keyId: 7, model: 'm', providerName: 'n', providerType: 't', clientIp: '203.0.113.9' },
    ],
  ]
  for (const [why, records, merged] of rows) {
    t.strictSame(
      records.map((one) => ({ ...blank, ...one })).reduce((known, later) => mergeRecords(known, later, false)),
      { ...blank, ...merged },
      why,
    )
  }
})

await t.test('the status of the last line, which is that of the response, beats what an error said', async (t) => {
  const [error, silent] = [toLogRecord({ statusCode: 404 }), toLogRecord({})]
  for (const [known, last, statusCode] of [
    [error, toLogRecord({ statusCode: 502 }), 502],
    [error, silent, 404],
    [silent, error, 404],
  ] as const)
    t.equal(mergeRecords(known, last, true).statusCode, statusCode)
})

await t.test('records that are put together are not changed', async (t) => {
  const [known, later] = [Object.freeze(toLogRecord({ group: 'a' })), Object.freeze(toLogRecord({ statusCode: 500 }))]
  t.strictSame(mergeRecords(known, later, false), { ...blank, group: 'a', statusCode: 500 })
  t.strictSame(
    [known, later],
    [
      { ...blank, group: 'a' },
      { ...blank, statusCode: 500 },
    ],
  )
})

await t.test('arbitrary JSON always makes a whole record of the right types', async () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...Object.keys(blank)), fc.jsonValue()),
      (any, members) => {
        for (const input of [any, members]) {
          const record = toLogRecord(input)
          const isWhole = Object.keys(record).join() === Object.keys(blank).join()
          const isTyped = Object.entries(record).every(
            ([name, value]) => typeof value === typeof blank[name as keyof typeof blank],
          )
          if (!isWhole || !isTyped || !Number.isSafeInteger(record.keyId)) return false
        }
        return true
      },
    ),
  )
})
