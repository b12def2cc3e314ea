import t from 'tap'
import type { FiringFacts } from '../../../src/rule/alert-state.js'
import { readConfig, readRequests, readTally, writeFacts } from '../../../src/store/redis/batch-replies.js'

const claimed = { holder: 'me#1', fleet: 'f' }

t.test('reads what was counted, and a claim where there is one', (t) => {
  t.strictSame(readTally([12, 1, 0, 300, 1, '1000 1 2 900'], true, 2, 1500, claimed), {
    total: 12,
    dropped: 3,
    isJudged: true,
    quietMs: 300,
    isOpen: true,
    isMixed: false,
    delivery: { stamp: '1000 1 2 900', ageMs: 500, streak: { notice: 2, sinceMs: 900 } },
    claim: undefined,
  })
  t.match(
    readTally([12, 1, 0, 300, 1, '1000 1 0 0'], true, 0, 900, claimed).delivery,
    { ageMs: 0, streak: undefined },
    'the clock stepped back',
  )
  const resolved = ['a-1', '7', 'resolved a-0 60000 17 18', 1, 2, '{}', 40, 0]
  t.strictSame(readTally([1, 0, 1, 1, 1, '', ...resolved], true, 0, 1500, claimed).claim, {
    ...claimed,
    id: 'a-1',
    revision: '7',
    facts: { kind: 'resolved', alertId: 'a-0', durationMs: 60_000, peak: 17, total: 18 },
    count: 1,
    tries: 2,
    draft: '{}',
    ageMs: 40,
    isNew: false,
  })
  t.end()
})

t.test('knows nothing of alerts that were not looked at', (t) => {
  t.strictSame(readTally([12, 1, 1], false, 2, 1500, claimed), {
    total: 12,
    dropped: 3,
    isJudged: false,
    quietMs: 0,
    isOpen: false,
    isMixed: true,
    delivery: undefined,
    claim: undefined,
  })
  t.end()
})

t.test('writes facts as it reads them', (t) => {
  for (const more of [
    { lastSeenMs: undefined },
    { lastSeenMs: 5, notice: 3, sinceMs: 7 },
    { lastSeenMs: 5, notice: 3, sinceMs: 7, requests: 240 },
    { lastSeenMs: 5, requests: 240 },
  ]) {
    const facts: FiringFacts = { kind: 'firing', suppressed: 3, firstSeenMs: 1, ...more }
    const row = [1, 0, 0, 1, 0, '', 'a', '7', writeFacts(facts), 1, 1, '', 0, 1]
    t.strictSame(readTally(row, true, 0, 0, claimed).claim?.facts, facts)
  }
  t.end()
})

t.test('reads how many requests there are, of the entries whose rule has percent', (t) => {
  t.strictSame(
    [...readRequests([2, 240, 5, 0])],
    [
      [2, 240],
      [5, 0],
    ],
  )
  t.equal(readRequests(undefined).size, 0, 'an older script tells none')
  t.end()
})

t.test('tells a config that is missing or of another type from a text', (t) => {
  t.strictSame(readConfig('missing', ''), { kind: 'missing' })
  t.strictSame(readConfig('unreadable', ''), { kind: 'unreadable' })
  t.strictSame(readConfig('0a', '{}'), { kind: 'text', text: '{}' })
  t.end()
})
