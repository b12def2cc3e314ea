import t from 'tap'
import { cooldownAfter, nextStep, nextStreak, streakAfter } from '../../../../src/rule/cooldown.js'
import { COOLDOWN } from '../../../../src/store/redis/lua/cooldown.js'
import { WHOLE } from '../../../../src/store/redis/lua/script.js'
import { fc } from '../../../fixtures/properties.js'
import { startRedis } from '../../../fixtures/redis.js'

const redis = await startRedis(t)

t.test('is the twin of rule/cooldown.ts', async () => {
  const text = `${COOLDOWN}
    local told, step, raised, cooldown, cooldownMax = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
    local delivery = { atMs = told, step = step, notice = 3, streakSinceMs = 5 }
    local notice, since = nextStreak(delivery, raised, cooldown, cooldownMax)
    local list = { cooldownAfter(step, cooldown, cooldownMax), nextStep(told, step, raised, cooldown, cooldownMax), notice, since }
    for at, number in ipairs(list) do list[at] = string.format('%.0f', number) end
    return list`
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 30 }),
      fc.oneof(fc.nat({ max: 10_000_000 }), fc.nat({ max: 2 ** 31 * 1000 })),
      fc.integer({ min: 1, max: 3600 }).map((seconds) => seconds * 1000),
      fc.oneof(
        fc.constant(0),
        fc.integer({ min: 3600, max: 200_000 }).map((seconds) => seconds * 1000),
      ),
      async (step, laterMs, cooldownMs, cooldownMaxMs) => {
        const told = { atMs: 1_795_458_261_000, step, streak: { notice: 3, sinceMs: 5 } }
        const shape = { cooldownMs, cooldownMaxMs }
        const args = [told.atMs, step, told.atMs + laterMs, cooldownMs, cooldownMaxMs]
        const theirs = await redis.client.eval(text, 0, ...args)
        const raisedAtMs = told.atMs + laterMs
        const { notice, sinceMs } = nextStreak(told, { raisedAtMs, epochMs: raisedAtMs }, shape)
        const ours = [cooldownAfter(step, shape), nextStep(told, raisedAtMs, shape), notice, sinceMs]
        return JSON.stringify(theirs) === JSON.stringify(ours.map((number) => number.toFixed(0)))
      },
    ),
  )
})

t.test('goes on with the same streak', async () => {
  const text = `${WHOLE}${COOLDOWN}
    local delivery = { atMs = tonumber(ARGV[1]), notice = tonumber(ARGV[2]), streakSinceMs = tonumber(ARGV[3]) }
    followStreak(delivery, 'firing 1 2 3 ' .. ARGV[4] .. ' ' .. ARGV[5], tonumber(ARGV[6]))
    return { delivery.notice, delivery.streakSinceMs }`
  const streaks = fc.record({ notice: fc.integer({ min: 1, max: 3 }), sinceMs: fc.nat({ max: 3 }) })
  const property = fc.asyncProperty(
    fc.option(streaks, { nil: undefined }),
    streaks,
    fc.nat({ max: 4 }),
    async (known, streak, raisedAtMs) => {
      const args = [2, known?.notice ?? '', known?.sinceMs ?? '', streak.notice, streak.sinceMs, raisedAtMs]
      const after = streakAfter({ atMs: 2, step: 0, streak: known }, { raisedAtMs, streak })
      const theirs = await redis.client.eval(text, 0, ...args)
      return JSON.stringify(theirs) === JSON.stringify([after?.notice, after?.sinceMs])
    },
  )
  await fc.assert(property)
})
