// The status of the fleet in Prometheus' text format 0.0.4. There is no registry, since the state is in Redis: every process gives the same
// numbers. Only the wrong tokens are those of this process.
import { toSnakeCase } from '../config/names.js'
import type { Status, StatusRow } from '../control/status.js'
import type { WrongTokenCounts } from './wrong-tokens.js'

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** At most this many groups of a rule get metrics of their own, those with the most errors: each is one more time series in Prometheus. */
const MAX_GROUPS_PER_RULE = 100

interface Metric {
  readonly name: string
  readonly type: 'gauge' | 'counter'
  readonly help: string
  readonly samples: readonly Sample[]
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export function toMetrics(status: Status, wrongTokens: WrongTokenCounts): string {
  return [...ofFleet(status), ...gauges(status), ...counters(status), ofWrongTokens(wrongTokens)].map(written).join('')
}

function ofWrongTokens(counts: WrongTokenCounts): Metric {
  return {
    name: 'logsiren_admin_wrong_tokens_total',
    type: 'counter',
    help: 'Wrong tokens that came to this process, by the status of the answer; 429 if there were too many.',
    samples: Object.entries(counts).map(([status, value]) => ({ labels: { status }, value })),
  }
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `logsiren_${name}`, type: 'gauge', help, samples }
}

/** What holds for the fleet as a whole; it is told though no rule is known, since then it matters most. */
function ofFleet({ processes, config, rows_beyond, silences, last_observed_at }: Status): Metric[] {
  const one = (value: number): Sample[] => [{ labels: {}, value }]
  const observed = last_observed_at === null ? [] : one(secondsOf(last_observed_at))
  return [
    gauge('processes', 'Processes that were heard of within the last minute.', one(processes.length)),
    gauge(
      'config_valid',
      '1 unless the stored config is not valid, so that the last good one stays; then 0.',
      one(config.state === 'invalid' ? 0 : 1),
    ),
    gauge(
      'rows_beyond',
      'Rules and groups that are known and counted nowhere here, since there are too many.',
      one(rows_beyond),
    ),
    gauge('silences', 'Silences that have not ended.', one(silences.length)),
    gauge(
      'last_observed_timestamp_seconds',
      'Time at which some process last told that it had read a line, in seconds since 1970.',
      observed,
    ),
  ]
}

/** How the last attempt of each rule at each receiver ended. */
function ofReceivers(rows: readonly StatusRow[]): Metric[] {
  const answers = new Map<
    string,
    { readonly labels: Sample['labels']; readonly at: string; readonly delivered: boolean }
  >()
  for (const { rule, receiver } of rows) {
    if (receiver === null || receiver.last_answer === null) continue
    const { host, format, last_answer } = receiver
    answers.set(JSON.stringify([rule, host, format]), { labels: { rule, host, format }, ...last_answer })
  }
  const each = [...answers.values()]
  return [
    gauge(
      'last_answer_delivered',
      '1 if the last attempt of the rule at this receiver delivered, else 0.',
      each.map(({ labels, delivered }) => ({ labels, value: Number(delivered) })),
    ),
    gauge(
      'last_answer_timestamp_seconds',
      'Time at which that attempt ended, in seconds since 1970.',
      each.map(({ labels, at }) => ({ labels, value: secondsOf(at) })),
    ),
  ]
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000
}

function gauges({ now, rows }: Status): Metric[] {
  const nowMs = Date.parse(now)
  const shown = mostCounted(rows)
  const each = (take: (row: StatusRow) => number | undefined): Sample[] =>
    shown.flatMap((row) => {
      const value = take(row)
      return value === undefined ? [] : [{ labels: labelsOf(row), value }]
    })
  const perRule = (take: (rows: readonly StatusRow[]) => number): Sample[] =>
    byRule(rows).map((ofRule) => ({ labels: { rule: ofRule[0].rule }, value: take(ofRule) }))
  return [
    ...ofReceivers(rows),
    gauge(
      'window_errors',
      'Errors in the window now.',
      each(({ count }) => count),
    ),
    gauge(
      'threshold',
      'Number of errors in the window that raises an alert.',
      each(({ threshold }) => threshold),
    ),
    gauge(
      'window_requests',
      'Requests in the window now, the errors among them, of rules with percent.',
      each(({ requests }) => requests),
    ),
    gauge(
      'percent',
      'Share of the requests in percent that must be errors too, of rules that have one.',
      each(({ percent }) => percent),
    ),
    gauge(
      'cooldown_left_seconds',
      'Seconds in which no alert is raised; 0 outside of a cooldown.',
      each((row) => row.cooldown_left_seconds),
    ),
    gauge(
      'enabled',
      '1 if the rule may alert, else 0.',
      each(({ enabled }) => Number(enabled)),
    ),
    gauge(
      'silenced',
      '1 while a silence mutes the rule or group, else 0.',
      each(({ silence }) => Number(silence !== null)),
    ),
    gauge(
      'last_delivery_timestamp_seconds',
      'Time at which the last alert was delivered, in seconds since 1970.',
      each(({ last_alert }) => (last_alert === null ? undefined : secondsOf(last_alert.delivered_at))),
    ),
    gauge(
      'groups',
      `Groups of the rule that are looked at; at most ${MAX_GROUPS_PER_RULE} have metrics of their own, see also logsiren_rows_beyond.`,
      perRule((rows) => rows.length),
    ),
    gauge(
      'pending',
      'Alerts, and ends of alerts, that are not delivered yet.',
      perRule((rows) => rows.filter(({ pending }) => pending !== null).length),
    ),
    gauge(
      'parked',
      'Pending alerts, and ends of alerts, that their receiver has refused.',
      perRule((rows) => rows.filter(({ pending }) => pending?.state === 'parked').length),
    ),
    gauge(
      'pending_age_seconds',
      'Age of the oldest pending alert or end in seconds; 0 if there is none.',
      perRule((rows) =>
        rows.reduce((oldest, { pending }) => Math.max(oldest, ageOf(pending?.raised_at ?? now, nowMs)), 0),
      ),
    ),
  ]
}

function counters({ totals }: Status): Metric[] {
  return Object.entries(totals)
    .filter(([name]) => /^[A-Za-z]\w*$/.test(name))
    .map(([name, value]) => ({
      name: `logsiren_${toSnakeCase(name)}_total`,
      type: 'counter' as const,
      help: `The counter ${name} of stats(), summed over all processes.`,
      samples: [{ labels: {}, value }],
    }))
}

function ageOf(raisedAt: string, nowMs: number): number {
  return Math.max(0, (nowMs - Date.parse(raisedAt)) / 1000)
}

type OfRule = readonly [StatusRow, ...StatusRow[]]

function byRule(rows: readonly StatusRow[]): readonly OfRule[] {
  const rules = new Map<string, [StatusRow, ...StatusRow[]]>()
  for (const row of rows) {
    const known = rules.get(row.rule)
    if (known === undefined) rules.set(row.rule, [row])
    else known.push(row)
  }
  return [...rules.values()]
}

/**
 * The groups with the most errors, of each rule. Long values are cut, so two groups may have the same labels: only the first stays, since
 * Prometheus refuses an answer that has a series twice.
 */
function mostCounted(rows: readonly StatusRow[]): readonly StatusRow[] {
  const seen = new Set<string>()
  const isNew = (row: StatusRow): boolean => {
    const name = JSON.stringify(labelsOf(row))
    return !seen.has(name) && seen.add(name) === seen
  }
  return byRule(rows).flatMap((ofRule) => ofRule.slice(0, MAX_GROUPS_PER_RULE).filter(isNew))
}

function labelsOf({ rule, group_by }: StatusRow): Sample['labels'] {
  if (group_by === undefined) return { rule }
  const group = Object.entries(group_by).map(([path, value]) => `${path}=${value}`)
  return { rule, group: group.join(',') }
}

function written({ name, type, help, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
  })
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').toWellFormed()
}
