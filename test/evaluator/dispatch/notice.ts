import t from 'tap'
import { isAlert, nameOf, newsOf } from '../../../src/evaluator/dispatch/notice.js'
import type { Claim } from '../../../src/store/store.js'
import { series } from '../../fixtures/store-bench.js'

const sample = { status_code: 503, error_message: 'db timeout' }
const claim: Claim = {
  id: 'a',
  holder: 'me',
  configVersion: '',
  facts: { kind: 'firing', suppressed: 3, firstSeenMs: undefined, lastSeenMs: undefined },
  count: 12,
  tries: 1,
  draft: JSON.stringify({ threshold: 7, window_seconds: 30, sample, service: 'shop' }),
  ageMs: 0,
  isNew: true,
  isGone: false,
}

t.test('tells what was frozen when it was raised, not what the rule says now', (t) => {
  const news = newsOf(series, claim)
  t.match(news, { id: 'a', rule: 'default', count: 12, threshold: 7, window_seconds: 30, sample, service: 'shop' })
  t.ok(isAlert(news))
  t.equal(nameOf(news), 'an alert')
  t.end()
})

t.test('tells the end of an alert', (t) => {
  const facts = { kind: 'resolved', alertId: 'b', durationMs: 1, peak: 2, total: 3 } as const
  const news = newsOf(series, { ...claim, facts })
  t.match(news, { facts })
  t.notOk(isAlert(news))
  t.equal(nameOf(news), 'the end of an alert')
  t.end()
})

t.test('tells little where its draft is spoilt', (t) => {
  t.match(newsOf(series, { ...claim, draft: '{' }), { threshold: 10, window_seconds: 60, sample: { status_code: 0 } })
  t.end()
})
