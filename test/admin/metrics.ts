import parsePrometheus from 'parse-prometheus-text-format'
import t from 'tap'
import { METRICS_TYPE, toMetrics } from '../../src/admin/metrics.js'
import type { Status, StatusProcess, StatusRow } from '../../src/control/status.js'
import { blankRow, blankStatus } from '../fixtures/status.js'

const wrongTokens = { 401: 3, 429: 1 }

const row: StatusRow = { ...blankRow, count: 7 }
const process: StatusProcess = {
  service: 'shop',
  hostname: 'h',
  pid: 7,
  version: '1',
  logger: 'pino',
  seen_at: '2026-11-28T11:59:59.000Z',
  lines_per_minute: 60,
  config: 'document',
}
const status: Status = {
  ...blankStatus,
  rows: [
    {
      ...row,
      cooldown_left_seconds: 12,
      pending: {
        id: 'x',
        kind: 'alert',
        count: 10,
        raised_at: '2026-11-28T11:58:30.000Z',
        tries: 3,
        state: 'parked',
        next_attempt_at: null,
        attempts: [],
      },
      receiver: {
        host: 'a.test:81',
        format: 'slack',
        last_answer: { at: '2026-11-28T11:59:00.000Z', outcome: 'x', delivered: false },
      },
      silence: { id: 'abcd1234', until: '2026-11-28T12:30:00.000Z', errors: 5 },
      last_alert: { id: 'y', delivered_at: '2026-11-28T11:00:00.000Z', count: 11 },
    },
    { ...row, rule: 'share', requests: 240, percent: 2.5 },
    { ...row, rule: 'db', group_by: { model: 'a"b\\c\nd', 'tenant.id': null }, enabled: false },
    ...Array.from({ length: 150 }, (_, i) => ({ ...row, rule: 'db', group_by: { model: String(i >> 1) } })),
  ],
  rows_beyond: 300,
  silences: [
    { id: 'abcd1234', until: '2026-11-28T12:30:00.000Z', created_at: '2026-11-28T11:30:00.000Z', mutes: 1 },
    { id: 'abcd1235', rule: 'x', until: '2026-11-28T12:30:00.000Z', created_at: '2026-11-28T11:30:00.000Z', mutes: 0 },
  ],
  processes: [process, { ...process, pid: 8 }],
  last_observed_at: '2026-11-28T11:59:59.000Z',
  config: { state: 'invalid', problem: 'Expected the config to be JSON' },
  totals: { errors: 1234, ignored: 56, storeFailures: 2, 'bad name': 1 },
}

interface Family {
  readonly name: string
  readonly type: string
  readonly metrics: readonly { readonly value: string; readonly labels?: Readonly<Record<string, string>> }[]
}

t.test('is read by an independent parser', async (t) => {
  t.match(METRICS_TYPE, /version=0\.0\.4/)
  const text = toMetrics(status, wrongTokens)
  const families = parsePrometheus(text) as readonly Family[]
  const of = (name: string): Family['metrics'] =>
    families.find((family) => family.name === `logsiren_${name}`)?.metrics ?? []
  t.match(of('window_errors')[0], { value: '7', labels: { rule: 'default' } })
  t.strictSame(of('window_requests'), [{ value: '240', labels: { rule: 'share' } }], 'of no other rule')
  t.strictSame(of('percent'), [{ value: '2.5', labels: { rule: 'share' } }])
  t.match(of('window_errors')[2]?.labels, { rule: 'db', group: /^model=a.*,tenant\.id=null$/s })
  t.match(of('cooldown_left_seconds')[0], { value: '12' })
  t.match(of('enabled')[2], { value: '0' })
  t.strictSame(of('last_delivery_timestamp_seconds').length, 1)
  t.match(of('pending').slice(0, 2), [
    { value: '1', labels: { rule: 'default' } },
    { value: '0', labels: { rule: 'share' } },
  ])
  t.match(of('parked').slice(0, 2), [{ value: '1' }, { value: '0' }])
  t.match(of('pending_age_seconds').slice(0, 2), [{ value: '90' }, { value: '0' }])
  t.match(of('processes'), [{ value: '2' }])
  t.match(of('config_valid'), [{ value: '0' }])
  t.match(of('rows_beyond'), [{ value: '300' }])
  t.match(of('silences'), [{ value: '2' }])
  t.match(of('silenced').slice(0, 2), [
    { value: '1', labels: { rule: 'default' } },
    { value: '0', labels: { rule: 'share' } },
  ])
  t.match(of('last_observed_timestamp_seconds'), [{ value: '1795867199' }])
  const where = { rule: 'default', host: 'a.test:81', format: 'slack' }
  t.strictSame(of('last_answer_delivered'), [{ value: '0', labels: where }])
  t.strictSame(of('last_answer_timestamp_seconds'), [{ value: '1795867140', labels: where }])
  t.match(of('errors_total'), [{ value: '1234' }])
  t.match(of('store_failures_total'), [{ value: '2' }])
  t.match(of('ignored_total'), [{ value: '56' }])
  t.match(of('admin_wrong_tokens_total'), [
    { value: '3', labels: { status: '401' } },
    { value: '1', labels: { status: '429' } },
  ])
  t.notMatch(text, /bad name/)
  for (const { name, type } of families) t.equal(type, name.endsWith('_total') ? 'COUNTER' : 'GAUGE', name)
})

t.test('tells the groups apart that count most, each once', async (t) => {
  const lines = toMetrics(status, wrongTokens).split('\n')
  const counts = lines.filter((line) => line.startsWith('logsiren_window_errors{rule="db"'))
  t.equal(new Set(counts).size, counts.length)
  t.ok(counts.length <= 100, `${counts.length}`)
  t.match(lines, [/./])
  t.ok(lines.includes('logsiren_groups{rule="db"} 151'))
})

t.test('says of a fleet that nobody is alive, and nothing else of what there is not', async (t) => {
  const lines = toMetrics(blankStatus, wrongTokens).split('\n')
  t.strictSame(
    lines.filter((line) => /^logsiren_(?!admin_wrong_tokens_total)/.test(line)),
    ['logsiren_processes 0', 'logsiren_config_valid 1', 'logsiren_rows_beyond 0', 'logsiren_silences 0'],
  )
  t.notOk(lines.some((line) => /_last_|_window_errors/.test(line)))
})
