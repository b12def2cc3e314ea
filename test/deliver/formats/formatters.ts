import { Webhook } from 'standardwebhooks'
import t from 'tap'
import { formats } from '../../../src/config/formats.js'
import { formatters } from '../../../src/deliver/formats/formatters.js'
import { toJson } from '../../../src/deliver/formats/json.js'
import { webhookHeaders } from '../../../src/deliver/headers.js'
import { payload } from '../../fixtures/formats/arbitrary-payload.js'
import { payloads } from '../../fixtures/formats/payloads.js'
import { fc } from '../../fixtures/properties.js'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

t.test('there is one for every format', (t) => {
  t.strictSame(Object.keys(formatters).sort(), [...formats].sort())
  t.equal(formatters.json, toJson)
  t.end()
})

t.test('what they make is signed so that the reference library of Standard Webhooks accepts it', (t) => {
  for (const format of formats) {
    for (const [name, payload] of Object.entries(payloads)) {
      const { text, contentType } = formatters[format](payload, { secret, fleet: '' })
      const headers = webhookHeaders({ id: payload.id, body: text, secret, sentAtMs: Date.now() }, contentType)
      t.doesNotThrow(() => new Webhook(secret).verify(text, headers), `${format}, ${name}`)
    }
  }
  t.end()
})

t.test('all but one never see the secret, and none changes a payload', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const before = JSON.stringify(payload)
      const seen = formats.filter((format) =>
        formatters[format](payload, { secret: 'zqRoutingKeyqz', fleet: '' }).text.includes('zqRoutingKeyqz'),
      )
      return seen.join() === 'pagerduty' && JSON.stringify(payload) === before
    }),
  )
  t.end()
})
