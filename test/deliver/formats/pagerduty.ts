import assert from 'node:assert/strict'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import t from 'tap'
import { incidentKey } from '../../../src/alert/incident-key.js'
import { toPagerDuty } from '../../../src/deliver/formats/pagerduty.js'
import { payload, textsOf, unreadable } from '../../fixtures/formats/arbitrary-payload.js'
import { isGolden, ROUTING_KEY, sender } from '../../fixtures/formats/golden.js'
import { firing, over, payloads } from '../../fixtures/formats/payloads.js'
import { fc } from '../../fixtures/properties.js'

const ajv = new Ajv2020()
// CommonJS, whose default export is a member here.
;(addFormats as unknown as { default: (ajv: Ajv2020) => void }).default(ajv)

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength })
const common = { routing_key: { const: ROUTING_KEY }, dedup_key: text(255) }
/** What the documentation of the Events API v2 asks for, with the limits of the notes on it. */
const isEvent = ajv.compile({
  oneOf: [
    {
      properties: {
        ...common,
        event_action: { const: 'trigger' },
        client: text(255),
        links: {
          type: 'array',
          items: {
            properties: { href: { type: 'string', pattern: '^https?://[!-~]+$', maxLength: 2000 }, text: text(255) },
            required: ['href', 'text'],
            additionalProperties: false,
          },
        },
        payload: {
          properties: {
            summary: text(1024),
            source: text(255),
            severity: { enum: ['critical', 'error', 'warning', 'info'] },
            timestamp: { type: 'string', format: 'date-time' },
            component: text(255),
            group: text(255),
            class: text(255),
            custom_details: { type: 'object' },
          },
          required: ['summary', 'source', 'severity'],
          additionalProperties: false,
        },
      },
      required: ['routing_key', 'event_action', 'payload'],
      additionalProperties: false,
    },
    {
      properties: { ...common, event_action: { const: 'resolve' } },
      required: ['routing_key', 'event_action', 'dedup_key'],
      additionalProperties: false,
    },
  ],
})

t.test('is what it was found to be, the secret in the body and nowhere else', (t) => {
  isGolden(t, 'pagerduty')
  t.match(toPagerDuty(firing, sender), { contentType: 'application/json', holdsSecret: true })
  t.end()
})

t.test('an alert, its repeats and its end have one key in a fleet, and a test alert another', (t) => {
  const keyOf = (payload: typeof firing, fleet = sender.fleet): string =>
    JSON.parse(toPagerDuty(payload, { secret: ROUTING_KEY, fleet }).text).dedup_key
  t.equal(keyOf(firing), incidentKey(firing, sender.fleet))
  t.not(keyOf(firing, 'another'), keyOf(firing))
  t.equal(keyOf(over), keyOf(firing))
  t.equal(keyOf({ ...firing, id: 'other', hostname: 'web-2', service: 'cart' }), keyOf(firing))
  t.not(keyOf(payloads['test'] ?? over), keyOf(firing))
  t.match(JSON.parse(toPagerDuty(payloads['test'] ?? over, sender).text), { payload: { severity: 'error' } })
  t.end()
})

t.test('takes its severity from the label, and has links of its own and labels among its details', (t) => {
  const eventOf = (labels: Readonly<Record<string, string>>, name = 'linked') =>
    JSON.parse(toPagerDuty({ ...(payloads[name] ?? firing), labels }, sender).text)
  const event = eventOf({ severity: 'warning', team: 'a' })
  t.match(event.payload, {
    severity: 'warning',
    custom_details: { labels: { team: 'a' }, requests: 240, percent: 2.5 },
  })
  t.notOk('links' in event.payload.custom_details)
  t.match(event.links, [{ href: 'https://wiki.example.com/runbooks/payments', text: 'Runbook' }, {}, {}])
  t.equal(event.payload.summary, 'db timeout (503) – 12 errors in 60 s, 5 % of 240 requests – shop/payments')
  t.strictSame(
    [{ severity: 'info' }, { severity: 'page' }, {}].map((labels) => eventOf(labels).payload.severity),
    ['info', 'critical', 'critical'],
  )
  t.equal(eventOf({ severity: 'critical' }, 'linkedTest').payload.severity, 'critical', 'a test looks as a real one')
  t.equal(eventOf({}, 'linkedTest').payload.severity, 'error')
  t.notOk('links' in eventOf({}, 'linkedEnd'), 'an end has none')
  t.end()
})

t.test('is an event within every limit, and readable, whatever is told', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const { text } = toPagerDuty(payload, sender)
      const event = JSON.parse(text)
      assert.ok(isEvent(event), JSON.stringify(isEvent.errors))
      assert.ok(Buffer.byteLength(text) < 512_000)
      for (const [path, one] of textsOf(event)) assert.doesNotMatch(`${path} ${one}`, unreadable)
    }),
  )
  t.end()
})
