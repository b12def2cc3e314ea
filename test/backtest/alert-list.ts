import t from 'tap'
import { AlertList, type BacktestAlert, MAX_LISTED } from '../../src/backtest/alert-list.js'
import { toLogRecord } from '../../src/record/log-record.js'

const alert = (kind: BacktestAlert['kind'], at: string): BacktestAlert => ({
  kind,
  at,
  why: '',
  rule: 'default',
  count: 1,
  threshold: 1,
  windowSeconds: 60,
  sample: toLogRecord({ errorMessage: 'db timeout' }),
})

t.test('lists the first ones and counts the rest', (t) => {
  const list = new AlertList()
  for (let i = 0; i < MAX_LISTED; i += 1) list.add(alert('alert', `${i}`))
  t.equal(list.unlisted, undefined)
  list.add(alert('resolved', 'a'))
  t.strictSame(list.unlisted, { alerts: 0, ends: 1 })
  for (const at of ['b', 'c']) list.add(alert('alert', at))
  list.add(alert('resolved', 'd'))
  t.strictSame(list.unlisted, { alerts: 2, ends: 2, lastAlertAt: 'c' })
  t.strictSame([list.listed.length, list.listed.at(-1)], [MAX_LISTED, alert('alert', `${MAX_LISTED - 1}`)])
  t.end()
})
