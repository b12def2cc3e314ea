import t from 'tap'
import { isAlert } from '../../../src/alert/payload.js'
import { toPayload } from '../../../src/alert/to-payload.js'
import { deliveryOf, leftMsOf, nameOf, noticeOf, raisedAtMs } from '../../../src/evaluator/dispatch/delivery.js'
import { leaseMs, MAX_NOTICE_AGE_MS } from '../../../src/rule/alert-state.js'
import type { Claim } from '../../../src/store/store.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { series } from '../../fixtures/store-bench.js'

const sample = { status_code: 503, error_message: 'db timeout' }
const claim: Claim = {
  id: 'a',
  holder: 'me',
  revision: '',
  fleet: '',
  facts: { kind: 'firing', suppressed: 3, firstSeenMs: undefined, lastSeenMs: undefined },
  count: 12,
  tries: 1,
  draft: JSON.stringify({ threshold: 7, window_seconds: 30, sample, service: 'shop' }),
  ageMs: 500,
  isNew: true,
}
const enriched = Promise.resolve()
const store = { isShared: true, settle: () => Promise.resolve(true), enrich: () => Promise.resolve() }

t.test('is worth telling until its notice is a day old, the time before the claim included', async (t) => {
  const clock = fakeClock()
  const delivery = deliveryOf(
    { series, claim, draft: undefined, store, isForced: false, askedAtMs: 0 },
    clock,
    enriched,
  )
  const claimedAtMs = clock.monotonicMs()
  t.match(delivery, { claimedAtMs, leasedUntilMs: claimedAtMs + leaseMs(series.rule), notice: { service: 'shop' } })
  t.equal(raisedAtMs(delivery), claimedAtMs - 500)
  t.equal(leftMsOf(delivery, clock), MAX_NOTICE_AGE_MS - 500)
  await clock.advance(1000)
  t.equal(leftMsOf(delivery, clock), MAX_NOTICE_AGE_MS - 1500)
})

t.test('tells by the draft that was made once it was claimed, where there is one', (t) => {
  const draft = JSON.stringify({ threshold: 7, window_seconds: 30, sample, service: 'later' })
  const claimed = { series, claim: { ...claim, draft: '' }, draft, store, isForced: false, askedAtMs: 0 }
  t.match(deliveryOf(claimed, fakeClock(), enriched).notice, { service: 'later', count: 12 })
  t.end()
})

t.test('tells what was frozen when it was raised, not what the rule says now', (t) => {
  const notice = noticeOf(series, claim)
  t.match(notice, { id: 'a', rule: 'default', count: 12, threshold: 7, window_seconds: 30, sample, service: 'shop' })
  t.ok(isAlert(notice))
  t.equal(nameOf(notice), 'an alert of rule default')
  const grouped = { ...notice, group_by: { model: 'a\nb', tenant: null, long: 'x'.repeat(300) } }
  t.match(nameOf(grouped), /^an alert of rule default \(model=a b, tenant=none, long=x+…\)$/)
  t.end()
})

t.test('names the fleet where it has a name, and no payload does', (t) => {
  t.notOk('fleet' in noticeOf(series, claim))
  const notice = noticeOf(series, { ...claim, fleet: 'f' })
  t.equal(notice.fleet, 'f')
  t.notMatch(toPayload(notice, 0), { fleet: String })
  t.end()
})

t.test('tells the end of an alert', (t) => {
  const facts = { kind: 'resolved', alertId: 'b', durationMs: 1, peak: 2, total: 3 } as const
  const notice = noticeOf(series, { ...claim, facts })
  t.match(notice, { facts })
  t.notOk(isAlert(notice))
  t.equal(nameOf(notice), 'the end of an alert of rule default')
  t.end()
})

t.test('tells little where its draft is spoilt', (t) => {
  t.match(noticeOf(series, { ...claim, draft: '{' }), { threshold: 10, window_seconds: 60, sample: { status_code: 0 } })
  t.end()
})
