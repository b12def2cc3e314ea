import t, { type Test } from 'tap'
import { systemClock } from '../../src/clock.js'
import { readStatus, toStatus } from '../../src/control/status.js'
import { createEvaluator } from '../../src/evaluator/evaluator.js'
import { seriesOf } from '../../src/rule/series.js'
import { Connection } from '../../src/store/connection/connection.js'
import type { StatusState } from '../../src/store/status/status-reader.js'
import type { SeriesStatus } from '../../src/store/status/status-replies.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { rule } from '../fixtures/store-bench.js'

const redis = await startRedis(t)

function connect(t: Test): Connection {
  const target = { kind: 'url', url: redis.url } as const
  const connection = new Connection({ target, clock: systemClock, connectTimeoutMs: 5000, holdsProcess: true })
  t.teardown(() => connection.close())
  return connection
}

t.test('shows what a fleet counted, what waits to be told, and what became of the rest', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const rules = [
    { name: 'by-model', groupBy: 'model', threshold: 2, match: { model: { prefix: '' } } },
    { name: 'parked', threshold: 1, url: `${receiver.origin}/parked` },
    { name: 'fixed', threshold: 100, windowType: 'fixed' as const },
  ]
  const evaluator = createEvaluator({ url: receiver.url, redis: redis.url, configKey, rules })
  receiver.answerWith((request, response) => response.writeHead(request.url === '/parked' ? 400 : 204).end())
  for (const model of ['a', 'b', 'b', 'b']) evaluator.observe({ statusCode: 503, errorMessage: 'db timeout', model })
  await evaluator.flush()
  await evaluator.close()
  const { now, rows, recent, totals } = await readStatus(connect(t), configKey)
  t.ok(Math.abs(Date.parse(now) - Date.now()) < 10_000)
  const none = { cooldown_left_seconds: 0, suppressed: 0, pending: null, last_alert: null, last_counted_at: String }
  t.match(
    rows.map(({ rule, count }) => [rule, count]),
    [
      ['by-model', 3],
      ['by-model', 1],
      ['fixed', 4],
      ['parked', 4],
    ],
  )
  const [b, a, fixed, parked] = rows
  t.match(b, {
    group_by: { model: 'b' },
    enabled: true,
    threshold: 2,
    window_seconds: 60,
    window_type: 'sliding',
    cooldown_seconds: 300,
    slots: { length: 120 },
    pending: null,
    last_alert: { id: receiver.received.find(({ body }) => body.rule === 'by-model')?.body.id, delivered_at: /Z$/ },
  })
  t.ok((b?.cooldown_left_seconds ?? 0) > 290)
  t.strictSame(
    b?.slots?.reduce((sum, count) => sum + count, 0),
    3,
  )
  t.match(a, { ...none, group_by: { model: 'a' } })
  t.match(fixed, { ...none, window_type: 'fixed', threshold: 100 })
  t.notOk(fixed && ('slots' in fixed || 'group_by' in fixed))
  t.match(parked?.pending, {
    kind: 'alert',
    tries: 1,
    state: 'parked',
    next_attempt_at: /Z$/,
    attempts: [{ at: /Z$/, outcome: 'clientError, status 400' }],
  })
  t.match(recent, [
    {
      id: b?.last_alert?.id,
      kind: 'alert',
      rule: 'by-model',
      group_by: { model: 'b' },
      threshold: 2,
      window_seconds: 60,
      raised_at: /Z$/,
      ended_at: /Z$/,
      outcome: 'delivered',
      tries: 1,
      attempts: [{ outcome: 'status 204' }],
      sample: { status_code: 503, error_message: 'db timeout' },
    },
  ])
  t.equal(recent.length, 1)
  t.type(totals, 'object')
})

const idle: SeriesStatus = {
  series: seriesOf(rule),
  isInForce: true,
  count: 0,
  requests: undefined,
  slots: [],
  countedAtMs: undefined,
  cooldownLeftMs: 0,
  suppressed: 0,
  pending: undefined,
  silenced: undefined,
  receiver: undefined,
  lastAlert: undefined,
}

const blank: StatusState = {
  nowMs: 0,
  series: [],
  seriesBeyond: 0,
  silences: [],
  ended: [],
  totals: {},
  observedAtMs: undefined,
  processes: [],
  config: { kind: 'missing' },
}

t.test('shows of a rule that is no more what is still counted, or waits to be told', (t) => {
  const gone = { ...idle, isInForce: false }
  const series = [gone, { ...gone, series: seriesOf({ ...rule, name: 'z' }), count: 1 }, { ...idle, count: 2 }]
  const { rows } = toStatus({ ...blank, series })
  t.match(rows, [
    { rule: 'default', count: 2, last_counted_at: null },
    { rule: 'z', count: 1 },
  ])
  t.equal(rows.length, 2)
  t.end()
})

t.test('shows of a rule with percent both numbers and both limits, and of others neither', (t) => {
  const series = { ...idle, series: seriesOf({ ...rule, name: 'share', percent: 0.5 }), count: 12, requests: 240 }
  const { rows } = toStatus({ ...blank, series: [{ ...idle, count: 12 }, series] })
  t.match(rows[1], { count: 12, requests: 240, threshold: 10, percent: 0.5 })
  t.notOk(rows[0] && ('requests' in rows[0] || 'percent' in rows[0]))
  t.end()
})

t.test('stands numbers that no moment has', (t) => {
  const lastAlert = { id: 'a', deliveredAtMs: Number.NaN, count: 1 }
  const { now, rows } = toStatus({ ...blank, nowMs: 1e300, series: [{ ...idle, lastAlert }] })
  t.match(now, /Z$/)
  t.equal(rows[0]?.last_alert?.delivered_at, '1970-01-01T00:00:00.000Z')
  t.end()
})
