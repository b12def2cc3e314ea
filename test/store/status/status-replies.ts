import t from 'tap'
import type { Silence } from '../../../src/rule/silence.js'
import { pairsOf, readEnded, readProcess, readSeriesStatus } from '../../../src/store/status/status-replies.js'
import { SHOWN_FIELDS } from '../../../src/store/status/status-scripts.js'
import { series } from '../../fixtures/store-bench.js'

const there = { id: 'x', host: 'a.test', format: 'json' } as const
const known = { series, destinations: [there], isInForce: true, announcedAtMs: 500 }
const read = (
  fields: Partial<Record<(typeof SHOWN_FIELDS)[number], string>>,
  countedAtMs = 0,
  answer = '',
  silence?: Silence,
) => {
  const shown = SHOWN_FIELDS.map((name) => fields[name] ?? '')
  return readSeriesStatus(known, { to: there, silence }, [3, 1500, countedAtMs, [1, 2], shown, answer], 1000)
}

t.test('reads a series without an alert', (t) => {
  t.strictSame(read({}), {
    series,
    isInForce: true,
    count: 3,
    requests: undefined,
    slots: [1, 2],
    countedAtMs: 500,
    cooldownLeftMs: 1500,
    suppressed: 0,
    pending: undefined,
    silenced: undefined,
    receiver: { ...there, lastAnswer: undefined },
    lastAlert: undefined,
  })
  const share = [3, 1500, 0, [1, 2], [], '', 240]
  t.match(readSeriesStatus(known, { to: there, silence: undefined }, share, 1000), { count: 3, requests: 240 })
  t.equal(read({}, 700).countedAtMs, 700)
  t.equal(read({}, 7000).countedAtMs, 1000, 'never later than now')
  t.end()
})

t.test('what was counted in a silence is that one’s, and no other’s', (t) => {
  const silence = { id: 'abcd1234', untilMs: 9000, createdAtMs: 0 }
  const silencedBy = (id: string) => read({ silence: id, silenced: '7' }, 0, '', silence).silenced
  t.strictSame(silencedBy('abcd1234'), { silence, count: 7 })
  t.strictSame(silencedBy('before00'), { silence, count: 0 })
  t.strictSame(silencedBy(''), { silence, count: 0 })
  t.equal(read({ silence: 'abcd1234', silenced: '7' }).silenced, undefined, 'it is over')
  t.strictSame(read({ silence: 'abcd1234', silenced: 'x' }, 0, '', silence).silenced, { silence, count: 0 })
  t.end()
})

t.test('reads how the last attempt ended, and nothing that another hand has put there', (t) => {
  const answerOf = (text: string) => read({}, 0, text).receiver?.lastAnswer
  t.strictSame(answerOf('900 1 status 204'), { atMs: 900, isDelivered: true, outcome: 'status 204' })
  t.strictSame(answerOf('900 0 clientError, status 403: no\nline'), {
    atMs: 900,
    isDelivered: false,
    outcome: 'clientError, status 403: no\nline',
  })
  for (const text of ['x', '900', '900 2 x', '1e9 1 x']) t.equal(answerOf(text), undefined, text)
  t.equal(readSeriesStatus(known, { to: undefined, silence: undefined }, [], 1000).receiver, undefined)
  t.equal(
    readSeriesStatus(known, { to: { ...there, host: '' }, silence: undefined }, [], 1000).receiver,
    undefined,
    'of an older version',
  )
  t.end()
})

t.test('reads what a process told, as far as it can be used', (t) => {
  const facts = { service: 'shop', hostname: 'h', pid: 7, version: '1.0.0', linesPerMinute: 3 }
  const told = { ...facts, logger: 'pino', config: 'last_good' }
  t.strictSame(readProcess(`900 ${JSON.stringify(told)}`), { ...told, heardAtMs: 900 })
  t.strictSame(readProcess(`900 ${JSON.stringify({ ...facts, logger: 'x', config: 1, service: [] })}`), {
    ...facts,
    service: '',
    logger: 'evaluator',
    config: 'options',
    heardAtMs: 900,
  })
  for (const text of ['', '900', '900 {}', '900 null', `x ${JSON.stringify(told)}`])
    t.equal(readProcess(text), undefined)
  t.end()
})

t.test('tells an alert that is being sent from one that waits or is parked', (t) => {
  const news = { id: 'a', kind: 'firing', count: '12', tries: '2', raisedAtMs: '400', untilMs: '2000' }
  const attempts = '{"at":900,"outcome":"timeout"}\n{"at":"x"}\nno JSON'
  t.strictSame(read({ ...news, holder: 'me#1', attempts }).pending, {
    id: 'a',
    kind: 'alert',
    count: 12,
    raisedAtMs: 400,
    tries: 2,
    state: 'sending',
    nextAttemptAtMs: undefined,
    attempts: [{ at: 900, outcome: 'timeout' }],
  })
  t.match(read({ ...news, holder: 'me#1', untilMs: '999' }).pending, { state: 'waiting', nextAttemptAtMs: 999 })
  t.match(read({ ...news, kind: 'resolved' }).pending, { kind: 'resolved', state: 'waiting', nextAttemptAtMs: 2000 })
  t.match(read({ ...news, parkedUnder: '7' }).pending, { state: 'parked', nextAttemptAtMs: 2000 })
  t.strictSame(read({ atMs: '600', last: 'a 12', suppressed: '4' }).lastAlert, {
    id: 'a',
    deliveredAtMs: 600,
    count: 12,
  })
  t.end()
})

t.test('reads a line of the history, and none that another hand has spoilt', (t) => {
  const line = {
    id: 'a',
    kind: 'alert' as const,
    rule: 'default',
    group_by: { model: 'x' },
    count: 12,
    threshold: 10,
    window_seconds: 60,
    sample: { status_code: 503, error_message: 'db timeout' },
    degraded: true as const,
    raised: 1,
    ended: 2,
    tries: 1,
    outcome: 'delivered' as const,
    attempts: [{ at: 2, outcome: 'status 204' }],
  }
  t.strictSame(readEnded(JSON.stringify({ ...line, more: 1 })), line)
  t.match(
    readEnded(JSON.stringify({ ...line, sample: 1, attempts: [1, {}], kind: 'resolved', outcome: 'abandoned' })),
    {
      kind: 'resolved',
      outcome: 'abandoned',
      sample: { status_code: 0, error_message: '' },
      attempts: [],
    },
  )
  const { attempts: _, sample: __, ...rest } = line
  t.match(readEnded(JSON.stringify({ ...rest, group_by: [], degraded: 1 })), {
    attempts: [],
    sample: { status_code: 0, error_message: '' },
    group_by: undefined,
    degraded: undefined,
  })
  for (const spoilt of ['', '[]', 'null', '{}', JSON.stringify({ ...line, count: '12' })])
    t.equal(readEnded(spoilt), undefined)
  t.end()
})

t.test('takes flat lists apart', (t) => {
  t.strictSame(pairsOf(['a', '1', 'b', 2]), [
    ['a', '1'],
    ['b', '2'],
  ])
  t.strictSame(pairsOf(null), [])
  t.end()
})
