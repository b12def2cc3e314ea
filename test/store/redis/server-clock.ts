import t from 'tap'
import { ServerClock } from '../../../src/store/redis/server-clock.js'
import { fc } from '../../fixtures/properties.js'

t.test('knows nothing before the first answer, and after it was told to begin anew', (t) => {
  const clock = new ServerClock()
  t.equal(clock.at(5), undefined)
  clock.observe(0, 10_000)
  t.equal(clock.at(5), 10_005)
  clock.restart()
  t.equal(clock.at(5), undefined)
  clock.observe(10, 4000)
  t.equal(clock.at(10.5), 4000, 'in whole milliseconds')
  t.equal(clock.at(60_011), undefined, 'nor once its last answer is a minute old: clocks drift')
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
      const fastestMs = Math.min(...answers.map(({ wayBackMs }) => wayBackMs))
      return shown <= nowMs + aheadMs && shown >= nowMs + aheadMs - fastestMs
    }),
  )
  t.end()
})
