import t from 'tap'
import { ServerClock } from '../../../src/store/redis/server-clock.js'
import { fc } from '../../fixtures/properties.js'

t.test('knows nothing before the first answer', (t) => {
  t.equal(new ServerClock().at(5), undefined)
  t.end()
})

t.test('never shows later than it is, and earlier by the fastest way back at most', (t) => {
  const answer = fc.record({ afterMs: fc.nat({ max: 5000 }), wayBackMs: fc.nat({ max: 3000 }) })
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1, maxLength: 30 }), (answers) => {
      const clock = new ServerClock()
      const aheadMs = 1_795_458_000_000
      let nowMs = 0
      for (const { afterMs, wayBackMs } of answers) {
        nowMs += afterMs + wayBackMs
        clock.observe(nowMs, nowMs - wayBackMs + aheadMs)
      }
      const shown = clock.at(nowMs) ?? 0
      const fastestMs = Math.min(...answers.slice(-5).map(({ wayBackMs }) => wayBackMs))
      return shown <= nowMs + aheadMs && shown >= nowMs + aheadMs - fastestMs
    }),
  )
  t.end()
})

t.test('forgets what is minutes old, so that it follows a clock that drifts or steps back', (t) => {
  const clock = new ServerClock()
  clock.observe(0, 10_000)
  for (let nowMs = 30_000; nowMs <= 180_000; nowMs += 30_000) clock.observe(nowMs, nowMs + 4000)
  t.equal(clock.at(180_000), 184_000)
  t.end()
})
