import t from 'tap'
import { RememberedCooldowns } from '../../../src/evaluator/counting/series-memory.js'
import { seriesOf } from '../../../src/rule/series.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { rule, series } from '../../fixtures/store-bench.js'

t.test('remembers a delivery for as long as its cooldown runs, and knows its own', async (t) => {
  const clock = fakeClock()
  const cooldowns = new RememberedCooldowns(clock)
  t.equal(cooldowns.of(series), undefined)
  cooldowns.begin(series)
  const toldAtMs = clock.monotonicMs()
  t.strictSame([cooldowns.of(series), cooldowns.ownIds], [{ stamp: '', toldAtMs }, ['default']])

  await clock.advance(1000)
  cooldowns.learn(series, { quietMs: 299_000, told: { stamp: '7 0', ageMs: 1000 } })
  t.strictSame(cooldowns.of(series), { stamp: '7 0', toldAtMs }, 'as the store has told of it')
  t.strictSame(cooldowns.ownIds, ['default'], 'it is the same')
  cooldowns.learn(series, { quietMs: 5000, told: undefined })
  t.strictSame(cooldowns.of(series), { stamp: '7 0', toldAtMs }, 'while another process tells an alert')

  await clock.advance(298_999)
  t.strictSame(cooldowns.ownIds, ['default'])
  await clock.advance(1)
  t.strictSame([cooldowns.of(series), cooldowns.ownIds], [undefined, []])
})

t.test('learns what others have told, and what somebody has ended', async (t) => {
  const clock = fakeClock()
  const cooldowns = new RememberedCooldowns(clock)
  cooldowns.begin(series)
  await clock.advance(60_000)
  const toldAtMs = clock.monotonicMs() - 500
  cooldowns.learn(series, { quietMs: 1000, told: { stamp: '8 1', ageMs: 500 } })
  t.strictSame([cooldowns.of(series), cooldowns.ownIds], [{ stamp: '8 1', toldAtMs }, []], 'it is another one')
  cooldowns.learn(series, { quietMs: 0, told: undefined })
  t.equal(cooldowns.of(series), undefined)
})

t.test('keeps ten thousand, those heard of last', (t) => {
  const clock = fakeClock()
  const cooldowns = new RememberedCooldowns(clock)
  const group = (i: number) => seriesOf(rule, `${i}`)
  for (let i = 0; i < 10_000; i += 1) cooldowns.begin(group(i))
  cooldowns.begin(group(0))
  cooldowns.begin(group(10_000))
  t.strictSame(
    [0, 1, 2, 10_000].map((i) => cooldowns.of(group(i)) !== undefined),
    [true, false, true, true],
  )
  t.end()
})
