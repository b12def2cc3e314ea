import t from 'tap'
import { fromSample, MAX_SAMPLE_BYTES, readSample, toSample } from '../../src/alert/sample.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { fc } from '../fixtures/properties.js'

t.test('a sample is the record under the names of the original, and back', (t) => {
  const record = toLogRecord({
    group: 'g',
    keyId: 7,
    model: 'm',
    providerName: 'p',
    providerType: 't',
    statusCode: 502,
    errorMessage: 'e',
    clientIp: 'i',
  })
  t.strictSame({ ...fromSample(toSample(record)), kind: '', errorType: '' }, record)
  t.strictSame(readSample(toSample(record, { a: 1 })), toSample(record, { a: 1 }))
  t.match(readSample({ status_code: '503', error_message: 7, fields: 5 }), { status_code: 503, error_message: '' })
  t.end()
})

t.test('a sample of any size fits, its short texts whole', (t) => {
  const texts = fc.string({ unit: 'binary', maxLength: 12_000 })
  fc.assert(
    fc.property(texts, texts, fc.dictionary(fc.string(), texts), (errorMessage, group, fields) => {
      const sample = toSample(toLogRecord({ errorMessage, group, model: 'whole' }), fields)
      return Buffer.byteLength(JSON.stringify(sample)) <= MAX_SAMPLE_BYTES && sample.model === 'whole'
    }),
  )
  const long = toSample(toLogRecord({ errorMessage: '😀'.repeat(9000) }))
  t.ok(long.error_message.isWellFormed(), 'no half character at the cut')
  t.end()
})

t.test('has as many further fields as there is room for', (t) => {
  const fields = { first: 'a', second: 'b'.repeat(5000), third: 'c'.repeat(5000) }
  t.strictSame(Object.keys(toSample(toLogRecord({}), fields).fields ?? {}), ['first', 'second'])
  t.notOk('fields' in toSample(toLogRecord({ errorMessage: 'x'.repeat(9000) }), { huge: 'y'.repeat(9000) }))
  t.end()
})
