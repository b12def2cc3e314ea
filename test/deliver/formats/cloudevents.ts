import assert from 'node:assert/strict'
import { type CloudEvent, HTTP } from 'cloudevents'
import t from 'tap'
import { toCloudEvents } from '../../../src/deliver/formats/cloudevents.js'
import { payload } from '../../fixtures/formats/arbitrary-payload.js'
import { isGolden } from '../../fixtures/formats/golden.js'
import { firing, over, payloads } from '../../fixtures/formats/payloads.js'
import { fc } from '../../fixtures/properties.js'

/** As the SDK of the project reads it, strictly. */
function eventOf(payload: typeof firing): CloudEvent<unknown> {
  const { contentType, text } = toCloudEvents(payload)
  const event = HTTP.toEvent({ headers: { 'content-type': contentType }, body: text }) as CloudEvent<unknown>
  event.validate()
  return event
}

t.test('is what it was found to be', (t) => {
  isGolden(t, 'cloudevents')
  t.equal(toCloudEvents(firing).contentType, 'application/cloudevents+json; charset=utf-8')
  t.end()
})

t.test('is an event for the project’s SDK, with the payload as its data', (t) => {
  for (const payload of Object.values(payloads)) {
    const event = eventOf(payload)
    t.equal(event.id, payload.id)
    t.strictSame(event.data, JSON.parse(JSON.stringify(payload)))
  }
  t.match(eventOf(over), { type: 'logsiren.log_error_resolved', source: '/logsiren/shop', subject: 'shop' })
  t.end()
})

t.test('takes 64 KiB at most and is valid, whatever is told', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const bytes = Buffer.byteLength(toCloudEvents(payload).text)
      assert.ok(bytes <= 65_536, `${bytes} bytes`)
      const { id, source, data } = eventOf(payload)
      assert.equal(id, payload.id)
      assert.ok(URL.canParse(source, 'http://x') && source.length > 0)
      const { type, count } = data as typeof payload
      assert.deepEqual({ type, count }, { type: payload.type, count: payload.count })
    }),
  )
  t.end()
})
