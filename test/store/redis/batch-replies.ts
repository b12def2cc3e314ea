import t from 'tap'
import type { FiringFacts } from '../../../src/rule/alert-state.js'
import { readConfig, readTally, writeFacts } from '../../../src/store/redis/batch-replies.js'

const claimed = { holder: 'me#1', configVersion: 'v' }

t.test('reads what was counted, and a claim where there is one', (t) => {
  t.strictSame(readTally([12, 1, 300, 0, '1000 1'], 2, 1500, claimed), {
    total: 12,
    dropped: 3,
    quietMs: 300,
    isMixed: false,
    told: { stamp: '1000 1', ageMs: 500 },
    claim: undefined,
  })
  const resolved = ['a-1', 'resolved a-0 60000 17 18', 1, 2, '{}', 40, 0, 1]
  t.match(readTally([1, 0, 1, 1, '', ...resolved], 0, 1500, claimed), {
    isMixed: true,
    told: undefined,
    claim: {
      ...claimed,
      id: 'a-1',
      facts: { kind: 'resolved', alertId: 'a-0', durationMs: 60_000, peak: 17, total: 18 },
      count: 1,
      tries: 2,
      draft: '{}',
      ageMs: 40,
      isNew: false,
      isGone: true,
    },
  })
  t.end()
})

t.test('writes facts as it reads them', (t) => {
  const facts: FiringFacts = { kind: 'firing', suppressed: 3, firstSeenMs: 1, lastSeenMs: undefined }
  t.match(readTally([1, 0, 1, 0, '', 'a', writeFacts(facts), 1, 1, '', 0, 1, 0], 0, 0, claimed).claim, { facts })
  t.end()
})

t.test('tells a config that is missing or of another type from a text', (t) => {
  t.strictSame(readConfig('missing', ''), { kind: 'missing' })
  t.strictSame(readConfig('unreadable', ''), { kind: 'unreadable' })
  t.strictSame(readConfig('0a', '{}'), { kind: 'text', text: '{}' })
  t.end()
})
