import t from 'tap'
import { fromSample, MAX_SAMPLE_BYTES, parseDraft, toPayload, toSample } from '../../src/alert/alert.js'
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
  t.strictSame(fromSample(toSample(record)), record)
  t.end()
})

t.test('a sample of any size fits, its short texts whole', (t) => {
  const texts = fc.string({ unit: 'binary', maxLength: 12_000 })
  fc.assert(
    fc.property(texts, texts, (errorMessage, group) => {
      const sample = toSample(toLogRecord({ errorMessage, group, model: 'whole' }))
      return Buffer.byteLength(JSON.stringify(sample)) <= MAX_SAMPLE_BYTES && sample.model === 'whole'
    }),
  )
  const long = toSample(toLogRecord({ errorMessage: '😀'.repeat(9000) }))
  t.ok(long.error_message.isWellFormed(), 'no half character at the cut')
  t.end()
})

t.test('a draft is read back, and one that another hand has changed is not', (t) => {
  const draft = { threshold: 1, window_seconds: 60, sample: toSample(toLogRecord({})) }
  t.strictSame(parseDraft(JSON.stringify(draft)), draft)
  const spoilt = ['', 'no', 'null', '[]', '{"threshold":1}', '{"threshold":1,"window_seconds":1,"sample":null}']
  for (const text of spoilt) t.equal(parseDraft(text), undefined)
  const odd = { threshold: 1, window_seconds: 60, sample: { status_code: '503', error_message: 7 } }
  t.match(parseDraft(JSON.stringify(odd))?.sample, { status_code: 503, error_message: '', client_ip: '' })
  t.match(toPayload({ ...draft, id: 'i', rule: 'r', count: 2 }, 0), { sent_at: '1970-01-01T00:00:00Z', count: 2 })
  t.end()
})
