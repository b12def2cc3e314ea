import t from 'tap'
import { toSample } from '../../../src/alert/sample.js'
import { toPayload } from '../../../src/alert/to-payload.js'
import { toJson } from '../../../src/deliver/formats/json.js'
import { toLogRecord } from '../../../src/record/log-record.js'

t.test('is the body that README shows, to the letter', (t) => {
  const sample = toSample(toLogRecord({ statusCode: 503, errorMessage: 'db timeout', clientIp: '203.0.113.9' }))
  const facts = { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined } as const
  const alert = { id: 'a-1', rule: 'default', count: 12, threshold: 10, window_seconds: 60, sample, facts } as const
  const { contentType, text } = toJson(toPayload(alert, Date.parse('2026-11-23T18:16:07.999Z')))
  t.equal(contentType, 'application/json')
  t.equal(
    text,
    '{"type":"log_error_threshold","sent_at":"2026-11-23T18:16:07Z","threshold":10,"window_seconds":60,"count":12,' +
      '"sample":{"group":"","key_id":0,"model":"","provider_name":"","provider_type":"","status_code":503,' +
      '"error_message":"db timeout","client_ip":"203.0.113.9"},"id":"a-1","rule":"default","suppressed":0}',
  )
  t.end()
})
