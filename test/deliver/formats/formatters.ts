import { Webhook } from 'standardwebhooks'
import t from 'tap'
import { formats } from '../../../src/config/formats.js'
import type { Format } from '../../../src/config/options.js'
import { formatters } from '../../../src/deliver/formats/formatters.js'
import { toJson } from '../../../src/deliver/formats/json.js'
import { webhookHeaders } from '../../../src/deliver/headers.js'
import { payload } from '../../fixtures/formats/arbitrary-payload.js'
import { firing, payloads } from '../../fixtures/formats/payloads.js'
import { fc } from '../../fixtures/properties.js'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

t.test('there is one for every format', (t) => {
  t.strictSame(Object.keys(formatters).sort(), [...formats].sort())
  t.equal(formatters.json, toJson)
  t.end()
})

/** What a phone shows of a message, of the formats for people. */
const notifications: Readonly<Partial<Record<Format, (body: Shown) => string | undefined>>> = {
  slack: ({ text }) => text,
  discord: ({ content }) => content,
  teams: ({ summary }) => summary,
  pagerduty: ({ payload }) => payload?.summary,
  googlechat: ({ text }) => text,
  alertmanager: ({ commonAnnotations }) => commonAnnotations?.summary,
}
interface Shown {
  readonly text?: string
  readonly content?: string
  readonly summary?: string
  readonly payload?: { readonly summary: string }
  readonly commonAnnotations?: { readonly summary: string }
}

t.test('the first hundred characters of a notification say what has failed, however long its names are', (t) => {
  const sample = { ...firing.sample, error_message: 'connect ECONNREFUSED 10.0.0.7:5432' }
  const long = 'x'.repeat(500)
  for (const [name, payload] of Object.entries(payloads)) {
    const named = {
      ...payload,
      sample,
      service: long,
      hostname: long,
      rule: 'r'.repeat(64),
      group_by: { [long]: long },
    }
    for (const [format, shownOf] of Object.entries(notifications)) {
      if (format === 'pagerduty' && payload.type === 'log_error_resolved') continue
      const body = formatters[format as Format](named, { secret, fleet: '' })
      const shown = shownOf(JSON.parse(body.text))?.slice(0, 100)
      t.match(shown, 'connect ECONNREFUSED 10.0.0.7:5432 (503) – ', `${format}, ${name}`)
    }
  }
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
