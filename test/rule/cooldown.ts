import t from 'tap'
import { cooldownAfter, nextStep, nextStreak } from '../../src/rule/cooldown.js'
import { fc } from '../fixtures/properties.js'

const day = { cooldownMs: 10_000, cooldownMaxMs: 86_400_000 }

t.test('follows the published vector of ElastAlert 2, and what its formula gives beyond', (t) => {
  const hour = 3600
  for (const [pastSeconds, step, next] of [
    [5, 0, 1],
    [15, 0, 0],
    [15, 1, 2],
    [60, 2, 1],
    [60, 3, 4],
    [300, 1, 0],
    [4 * hour, 9, 0],
    [4 * hour, 10, 9],
    [4 * hour, 11, 12],
    [10, 0, 0],
    [20, 1, 1],
    [5, 13, 14],
    [86_399, 12, 0],
  ] as const) {
    const raisedAtMs = cooldownAfter(step, day) + pastSeconds * 1000
    t.equal(nextStep({ atMs: 0, step }, raisedAtMs, day), next, `${pastSeconds} s past step ${step}`)
  }
  t.end()
})

t.test('waits longer and longer, to the maximum and no further, while alerts follow at once', (t) => {
  const shape = { cooldownMs: 300_000, cooldownMaxMs: 3_600_000 }
  let told = { atMs: 0, step: 0 }
  const waits: number[] = []
  for (let i = 0; i < 7; i += 1) {
    const waitMs = cooldownAfter(told.step, shape)
    waits.push(waitMs / 1000)
    const raisedAtMs = told.atMs + waitMs + 1000
    told = { atMs: raisedAtMs, step: nextStep(told, raisedAtMs, shape) }
  }
  t.strictSame(waits, [300, 600, 1200, 2400, 3600, 3600, 3600])
  t.end()
})

t.test('always is the same where there is no maximum, and for the first alert', (t) => {
  const shape = { cooldownMs: 300_000, cooldownMaxMs: 0 }
  t.equal(cooldownAfter(9, shape), 300_000)
  t.equal(nextStep({ atMs: 0, step: 3 }, 300_001, shape), 0)
  t.equal(nextStep(undefined, 5, day), 0)
  t.end()
})

t.test('alerts keep coming exactly where they would double the cooldown', async () => {
  await fc.assert(
    fc.property(fc.nat({ max: 12 }), fc.nat({ max: 200_000 }), fc.boolean(), (step, laterSeconds, isCapped) => {
      const shape = isCapped ? { cooldownMs: 10_000, cooldownMaxMs: 10_000 * 2 ** 14 } : day
      const last = { atMs: 0, step, streak: { notice: 7, sinceMs: 1 } }
      const raisedAtMs = laterSeconds * 1000
      const isComing = nextStep(last, raisedAtMs, shape) > step
      const { notice } = nextStreak(last, { raisedAtMs, epochMs: 2 }, shape)
      return notice === (isComing ? 8 : 1)
    }),
  )
})

t.test('a maximum that was lowered is in force at once', (t) => {
  const shape = { cooldownMs: 10_000, cooldownMaxMs: 40_000 }
  t.equal(cooldownAfter(12, shape), 40_000)
  t.equal(nextStep({ atMs: 0, step: 12 }, 40_001, shape), 2)
  t.equal(nextStep({ atMs: 0, step: 12 }, 40_001, { cooldownMs: 10_000, cooldownMaxMs: 10_000 }), 0)
  t.end()
})
