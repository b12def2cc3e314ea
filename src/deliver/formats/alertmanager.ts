// The webhook of Prometheus' Alertmanager, version 4, which its bridges take:
// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
import { incidentFingerprint, incidentKey, testRun } from '../../alert/incident-key.js'
import type { Payload } from '../../alert/payload.js'
import { type Link, toWords } from '../../alert/words.js'
import { isTimestamp, oneLine, toTimestamp } from '../../text.js'
import type { Body, Sender } from './body.js'
import { fit } from './fit.js'
import { JSON_TYPE } from './json.js'

type Texts = Readonly<Record<string, string>>

/** Go's zero time: Alertmanager sends it as the end of an alert that still fires. */
const NO_TIME = '0001-01-01T00:00:00Z'
const MAX_LABEL_LENGTH = 200
/** There is no Prometheus with a page to go to, and some receivers refuse an alert whose urls are blank or missing. */
const HOME_URL = 'https://www.npmjs.com/package/logsiren'

export function toAlertmanager(payload: Payload, { fleet }: Sender): Body {
  const labels = labelsOf(payload, fleet)
  const [first, ...others] = toWords(payload).links
  const annotations = annotationsOf(payload, others)
  const status = payload.type === 'log_error_resolved' ? 'resolved' : 'firing'
  const alert = {
    status,
    labels,
    annotations,
    startsAt: startOf(payload),
    endsAt: status === 'resolved' ? payload.sent_at : NO_TIME,
    generatorURL: first?.url ?? HOME_URL,
    fingerprint: incidentFingerprint(payload, fleet),
  }
  const message = {
    version: '4',
    groupKey: incidentKey(payload, fleet),
    truncatedAlerts: 0,
    status,
    receiver: 'logsiren',
    groupLabels: { alertname: labels['alertname'] },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: HOME_URL,
    alerts: [alert],
  }
  return { contentType: JSON_TYPE, text: JSON.stringify(message) }
}

/** Labels identify an alert, so they hold nothing that may differ between the alert and its end. */
function labelsOf(payload: Payload, fleet: string): Texts {
  const groups = Object.entries(payload.group_by ?? {}).map(([name, value]) => [
    `group_${name.replace(/[^A-Za-z0-9_]/g, '_')}`.slice(0, MAX_LABEL_LENGTH),
    fit(oneLine(value), MAX_LABEL_LENGTH),
  ])
  const run = testRun(payload)
  const sender = fit(oneLine(fleet), MAX_LABEL_LENGTH)
  const labels = Object.entries(payload.labels ?? {})
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name))
    .map(([name, value]) => [name, fit(oneLine(value), MAX_LABEL_LENGTH)] as const)
  return {
    severity: run === undefined ? 'critical' : 'error',
    ...Object.fromEntries(labels),
    ...Object.fromEntries(groups),
    alertname: alertNameOf(payload),
    rule: payload.rule,
    ...(sender !== '' && { fleet: sender }),
    ...(run !== undefined && { test: run }),
  }
}

/** Receivers tell alerts apart and group them by this name. */
function alertNameOf({ rule }: Payload): string {
  return rule === 'default' ? 'LogErrors' : `LogErrors_${rule}`
}

/** The further links are annotations of their own, as `runbook_url` is to many bridges. */
function annotationsOf(payload: Payload, others: readonly Link[]): Texts {
  const { title, message, facts, lists } = toWords(payload)
  const lines = [
    ...(message === '' ? [] : [message]),
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    ...lists.flatMap(({ name, lines }) => [`${name}:`, ...lines]),
  ]
  const urls = others.map(({ name, url }) => [fit(name, MAX_LABEL_LENGTH).replace(/^(?=\d)|[^A-Za-z0-9_]/g, '_'), url])
  return { ...Object.fromEntries(urls), summary: title, description: lines.join('\n'), id: payload.id }
}

/** When the incident began: an alert, its repeats and its end say the same, if it is known since when alerts keep coming. RFC 3339. */
function startOf(payload: Payload): string {
  const { sent_at, since } = payload
  if (isTimestamp(since)) return since
  if (payload.type === 'log_error_threshold') return isTimestamp(payload.first_seen) ? payload.first_seen : sent_at
  return toTimestamp(Math.max(0, Date.parse(sent_at) - 1000 * payload.duration_seconds))
}
