import t from 'tap'
import { cooldownAfter, nextStep } from '../../../../src/rule/cooldown.js'
import { COOLDOWN } from '../../../../src/store/redis/lua/cooldown.js'
import { fc } from '../../../fixtures/properties.js'
import { startRedis } from '../../../fixtures/redis.js'

const redis = await startRedis(t)

t.test('is the twin of rule/cooldown.ts', async () => {
  const text = `${COOLDOWN}
    local told, step, raised, cooldown, cooldownMax = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
    return { string.format('%.0f', cooldownAfter(step, cooldown, cooldownMax)), string.format('%.0f', nextStep(told, step, raised, cooldown, cooldownMax)) }`
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
        const told = { atMs: 1_795_458_261_000, step }
        const shape = { cooldownMs, cooldownMaxMs }
        const args = [told.atMs, step, told.atMs + laterMs, cooldownMs, cooldownMaxMs]
        const theirs = await redis.client.eval(text, 0, ...args)
        const ours = [cooldownAfter(step, shape), nextStep(told, told.atMs + laterMs, shape)]
        return JSON.stringify(theirs) === JSON.stringify(ours.map((number) => number.toFixed(0)))
      },
    ),
  )
})
