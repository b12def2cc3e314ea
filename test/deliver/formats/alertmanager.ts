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

t.test('has the rule’s labels below its own, the first link as its source, and the others as annotations', (t) => {
  const [alert, end] = ['linked', 'linkedEnd'].map(
    (name) => JSON.parse(toAlertmanager(payloads[name] ?? firing, sender).text).alerts[0],
  )
  t.strictSame(alert.labels, {
    alertname: 'LogErrors_payments',
    severity: 'warning',
    rule: 'payments',
    fleet: sender.fleet,
    team: 'payments & co',
  })
  t.strictSame([end.labels, end.fingerprint], [alert.labels, alert.fingerprint])
  t.equal(alert.generatorURL, 'https://wiki.example.com/runbooks/payments')
  t.match(alert.annotations, { Logs___traces: /^https:\/\/grafana/, dashboard_url: /^https:\/\/grafana/ })
  const severityOf = (labels: Readonly<Record<string, string>>, name: string) =>
    JSON.parse(toAlertmanager({ ...(payloads[name] ?? firing), labels }, sender).text).commonLabels.severity
  t.equal(severityOf({ severity: 'page' }, 'linked'), 'page', 'Prometheus has no list of severities')
  t.strictSame([severityOf({}, 'linked'), severityOf({}, 'linkedTest')], ['critical', 'error'])
  t.equal(severityOf({ severity: 'info' }, 'linkedTest'), 'info')
  const own = {
    summary: 'https://a.test/',
    Other: 'https://a.test/1',
    '2nd': 'https://a.test/2',
    id: 'https://a.test/3',
  }
  const { annotations } = JSON.parse(toAlertmanager({ ...firing, links: own }, sender).text).alerts[0]
  t.match(annotations, { summary: /^db timeout/, Other: own.Other, id: firing.id })
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
      const [first = message.externalURL] = Object.values(payload.links ?? {})
      assert.equal(generatorURL, first)
      assert.match(new URL(message.externalURL).origin, /^https:\/\/[a-z.]+$/)
      for (const name of Object.keys(annotations)) assert.match(name, /^[A-Za-z_][A-Za-z0-9_]*$/)
      assert.match(fingerprint, /^[0-9a-f]{16}$/)
      for (const time of [startsAt, endsAt]) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      for (const [, one] of textsOf({ message, alerts })) assert.doesNotMatch(one, unreadable)
      assert.ok(Buffer.byteLength(text) < 131_072)
      assert.ok(annotations.summary.length > 0)
    }),
  )
  t.end()
})
