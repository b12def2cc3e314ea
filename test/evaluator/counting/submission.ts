import t, { type Test } from 'tap'
import { parseDocument } from '../../../src/config/document.js'
import { resolveSettings } from '../../../src/config/settings.js'
import { Backlog } from '../../../src/evaluator/counting/backlog.js'
import { Looks } from '../../../src/evaluator/counting/due-series.js'
import { Flushes } from '../../../src/evaluator/counting/flush-waiters.js'
import { RememberedCooldowns } from '../../../src/evaluator/counting/series-memory.js'
import { Sender } from '../../../src/evaluator/counting/submission.js'
import type { Claimed } from '../../../src/evaluator/dispatch/delivery.js'
import { Announcer } from '../../../src/evaluator/events.js'
import { newCounters } from '../../../src/evaluator/stats.js'
import { toLogRecord } from '../../../src/record/log-record.js'
import { seriesOf } from '../../../src/rule/series.js'
import type { CountedEntry, Reply, Store, Submission } from '../../../src/store/store.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { rule } from '../../fixtures/store-bench.js'

const quiet: CountedEntry = { total: 1, dropped: 0, quietMs: 0, isMixed: false, claim: undefined }

function setUp(t: Test, answer: (submission: Submission, round: number) => Reply) {
  const clock = fakeClock()
  const submissions: Submission[] = []
  const store: Store = {
    isShared: true,
    submit: (submission) => {
      submissions.push(submission)
      return Promise.resolve(answer(submission, submissions.length))
    },
    enrich: () => Promise.resolve(),
    settle: () => Promise.resolve(true),
    onReachable: () => {},
    close: () => Promise.resolve(),
  }
  let rules = [rule, { ...rule, name: 'other' }]
  const counters = newCounters()
  const claims: Claimed[] = []
  const waiting = { backlog: new Backlog(clock), looks: new Looks(clock, () => {}), flushes: new Flushes() }
  const options = {
    store,
    alone: undefined,
    clock,
    counters,
    announcer: new Announcer(counters, clock),
    hostname: 'h',
    rules: () => rules,
    earlierUrls: () => [],
    onConfig: (config: unknown) => {
      const parsed = parseDocument((config as { text: string }).text)
      if (parsed.kind === 'valid') rules = [...resolveSettings({ url: rule.url }, parsed.document).rules]
      return new Set<string>()
    },
    onClaim: (claimed: Claimed) => void claims.push(claimed),
    cooldowns: new RememberedCooldowns(clock),
  }
  const sender = new Sender(options, waiting)
  const observe = (name: string): void => {
    const counted = { request: undefined, toRecord: () => toLogRecord({}), toDetails: () => undefined }
    const moment = { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }
    waiting.backlog.add(seriesOf({ ...rule, name }), { ...counted, ...moment })
  }
  t.teardown(() => sender.close())
  return { sender, submissions, counters, claims, waiting, observe }
}

t.test('sends a batch again, with the same number, under a config that was news', async (t) => {
  const news: Reply = { kind: 'config', config: { kind: 'text', text: '{"threshold":7}' } }
  const { sender, submissions, observe, counters } = setUp(t, ({ entries }, round) =>
    round === 1 ? news : { kind: 'counted', tallies: entries.map(() => quiet), due: [], fullMs: 70 },
  )
  observe('default')
  await sender.send(sender.nextBatch(100))
  t.match(submissions, [
    { sequence: 1, entries: [{ series: { rule: { threshold: 10 } } }] },
    { sequence: 1, entries: [{ series: { rule: { threshold: 7 } } }] },
  ])
  t.equal(counters.submissions, 1)
  t.equal(sender.nextBatch(100).sequence, 2)
})

t.test('gives up on a config that keeps changing', async (t) => {
  const { sender, submissions } = setUp(t, () => ({ kind: 'config', config: { kind: 'text', text: '{}' } }))
  await t.rejects(sender.send(sender.nextBatch(100)), { message: /keeps changing/ })
  t.equal(submissions.length, 3)
})

t.test('passes on what was claimed, the oldest first, and asks to look at what is due of our rules', async (t) => {
  const claim = { id: 'a', holder: '', configVersion: '', count: 1, tries: 1, draft: '{}', isNew: false, isGone: false }
  const facts = { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined } as const
  const { sender, claims, waiting, observe } = setUp(t, ({ entries }) => ({
    kind: 'counted',
    tallies: entries.map((_entry, i) => ({ ...quiet, total: 5 + i, claim: { ...claim, facts, ageMs: 10 * i } })),
    due: ['other', 'strange', 'default:group'],
    fullMs: 0,
  }))
  observe('default')
  observe('other')
  await sender.send(sender.nextBatch(100))
  t.match(
    claims.map(({ series, isForced }) => [series.id, isForced]),
    [
      ['other', false],
      ['default', false],
    ],
  )
  t.equal(sender.totalOf(seriesOf(rule)), 5)
  t.strictSame([...waiting.looks.take(10).keys()], ['other', 'default:group'])
})
