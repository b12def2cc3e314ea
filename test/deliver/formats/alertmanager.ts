import assert from 'node:assert/strict'
import t from 'tap'
import { toAlertmanager } from '../../../src/deliver/formats/alertmanager.js'
import { payload, textsOf, unreadable } from '../../fixtures/formats/arbitrary-payload.js'
import { bodyOf, isGolden, sender } from '../../fixtures/formats/golden.js'
import { firing, over, payloads } from '../../fixtures/formats/payloads.js'
import { faultsOf } from '../../fixtures/formats/type-judge.js'
import { fc } from '../../fixtures/properties.js'

/** Version 4 as its documentation has it. */
const declarations = `
  type Status = 'firing' | 'resolved'
  type Labels = { alertname: string } & Record<string, string>
  interface Alert { status: Status; labels: Labels; annotations: Record<string, string>
    startsAt: string; endsAt: string; generatorURL: string; fingerprint: string }
  interface Message { version: '4'; groupKey: string; truncatedAlerts: number; status: Status; receiver: string; groupLabels: Labels
    commonLabels: Labels; commonAnnotations: Record<string, string>; externalURL: string; alerts: [Alert] }`

t.test('is what it was found to be', (t) => {
  isGolden(t, 'alertmanager')
  t.equal(toAlertmanager(firing, sender).contentType, 'application/json')
  t.end()
})

t.test('is a message of version 4', (t) => {
  const bodies = Object.keys(payloads).map((name) => bodyOf('alertmanager', name))
  t.strictSame(faultsOf(bodies, 'Message', declarations), [])
  t.not(faultsOf([{ version: '4' }], 'Message', declarations), [])
  t.end()
})

t.test('an alert and its end are the same alert to whoever tells them by labels or fingerprint', (t) => {
  const alertOf = (name: string, fleet = sender.fleet) =>
    JSON.parse(toAlertmanager(payloads[name] ?? firing, { ...sender, fleet }).text).alerts[0]
  const [begin, end] = [alertOf('firing'), alertOf('resolved')]
  t.strictSame([end.labels, end.fingerprint], [begin.labels, begin.fingerprint])
  const other = alertOf('firing', 'another')
  t.not(other.fingerprint, begin.fingerprint, 'of another fleet it is another one')
  t.strictSame([begin.labels.fleet, other.labels.fleet], [sender.fleet, 'another'])
  t.match([begin.status, begin.startsAt, begin.endsAt], ['firing', '2026-11-23T18:15:29Z', '0001-01-01T00:00:00Z'])
  t.match([end.status, end.startsAt, end.endsAt], ['resolved', '2026-11-23T18:13:45Z', '2026-11-23T18:16:07Z'])
  const since = '2026-11-23T18:15:31Z'
  const startsOf = [firing, over, payloads['repeated'] ?? firing].map((payload) => {
    const { alerts } = JSON.parse(toAlertmanager({ ...payload, since }, sender).text)
    return alerts[0].startsAt
  })
  t.strictSame(startsOf, [since, since, since], 'it starts once, however often it is told')
  t.end()
})

t.test('has a name for each rule, the same for an alert and its end, and the error in its summary', (t) => {
  const labelsOf = (payload: typeof firing) => JSON.parse(toAlertmanager(payload, sender).text).alerts[0].labels
  t.match(labelsOf(firing), { alertname: 'LogErrors', rule: 'default' })
  t.match(labelsOf({ ...firing, rule: 'payments' }), { alertname: 'LogErrors_payments', rule: 'payments' })
  t.strictSame(labelsOf({ ...over, rule: 'payments' }), labelsOf({ ...firing, rule: 'payments' }))
  const { commonAnnotations, groupLabels } = JSON.parse(toAlertmanager({ ...firing, rule: 'payments' }, sender).text)
  t.strictSame(groupLabels, { alertname: 'LogErrors_payments' })
  t.equal(commonAnnotations.summary, 'db timeout (503) – 120 errors in 60 s – shop/payments')
  t.end()
})

t.test('has labels by Prometheus’ rules, times and readable texts, whatever is told', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const { text } = toAlertmanager(payload, sender)
      const { alerts, ...message } = JSON.parse(text)
      for (const [name, value] of Object.entries(message.commonLabels)) {
        assert.match(name, /^[A-Za-z_][A-Za-z0-9_]*$/)
        assert.equal(typeof value, 'string')
      }
      const [{ fingerprint, startsAt, endsAt, annotations, generatorURL }] = alerts
      for (const url of [generatorURL, message.externalURL]) assert.match(new URL(url).origin, /^https:\/\/[a-z.]+$/)
      assert.match(fingerprint, /^[0-9a-f]{16}$/)
      for (const time of [startsAt, endsAt]) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      for (const [, one] of textsOf({ message, alerts })) assert.doesNotMatch(one, unreadable)
      assert.ok(Buffer.byteLength(text) < 131_072)
      assert.ok(annotations.summary.length > 0)
    }),
  )
  t.end()
})
