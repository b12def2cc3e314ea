// What counting a fleet's errors costs, and how soon a crossing is told, against the algorithm that this package replaces.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSilences } from 'logsiren'
import { usageOf } from '../support/redis.js'
import { runProgram } from '../support/run-program.js'

/** Never reached where telling is not what is measured. */
const NEVER = 2 ** 31 - 1
const STORM_PER_SECOND = 100_000
const STORM_KINDS = 20
/** All that README's Less noise describes, at once. Nothing is told: each kind is learned. */
const lessNoise = {
  groupBy: ['kind'],
  newOnly: true,
  ignore: Array.from({ length: 10 }, (_, i) => ({ errorMessage: { regex: `(?i)^noise ${i} .*(aborted|reset)` } })),
}

/** `share` of the usual amount of work, on this Redis. */
export function countingSuites({ redis, origin, share }) {
  const target = (threshold) => ({
    redis: redis.url,
    configKey: `bench:${randomBytes(6).toString('hex')}`,
    url: `${origin}/hook`,
    threshold,
  })
  const ours = async () => {
    const records = Math.ceil(3_000_000 * share)
    const options = { ...target(NEVER), windowSeconds: 3600 }
    const run = await runProgram('count-observe', { options, records })
    assert.deepEqual([run.stats.errors, run.stats.dropped], [records, 0], 'every record is an error that is counted')
    const total = await redis.client.hget(`${options.configKey}:ring:3600`, 'total')
    assert.equal(Number(total), records, 'and Redis has them all')
    return run
  }
  const original = (records, inFlight) => async () => {
    return runProgram('count-original', { ...target(10), records: Math.ceil(records * share), inFlight })
  }
  const storm = (more, kinds) => async () => {
    const seconds = share < 1 ? 1 : 5
    const options = { ...target(NEVER), windowSeconds: 3600, ...more }
    if (more !== undefined) await silence(options.configKey)
    const before = await usageOf(redis.client)
    const run = await runProgram('count-storm', { options, perSecond: STORM_PER_SECOND, seconds, kinds })
    const after = await usageOf(redis.client)
    const calls = (name) => (after.calls[name] ?? 0) - (before.calls[name] ?? 0)
    const scripts = calls('evalsha') + calls('eval')
    const all = Object.keys(after.calls).reduce((sum, name) => sum + calls(name), 0)
    return {
      ...run,
      roundTrips: scripts / run.seconds,
      commands: all / run.seconds,
      redisCpuPercent: (100 * (after.cpuSeconds - before.cpuSeconds)) / run.seconds,
    }
  }
  /** A silence of a rule that nobody has: all processes follow it, and it mutes nothing. */
  const silence = async (configKey) => {
    const silences = createSilences({ redis: redis.url, configKey })
    await silences.add({ rule: 'another', forSeconds: 600, reason: 'a benchmark' })
    await silences.close()
  }
  const crossing = (isStorm) => {
    const crossings = share < 1 ? 5 : 100
    const perSecond = isStorm ? STORM_PER_SECOND : 0
    // In each round one program measures all three.
    const rounds = []
    const run = (name) => {
      let round = 0
      return async () => {
        rounds[round] ??= runProgram('count-crossing', { options: target(1), crossings, perSecond })
        round += 1
        const { [name]: figures } = await rounds[round - 1]
        return figures
      }
    }
    return {
      title: `crossing, ${isStorm ? `while ${STORM_PER_SECOND.toLocaleString('en')} errors a second are counted` : 'idle'}`,
      measures: [
        { figure: 'p50', unit: 'ms, half of them are faster', digits: 2 },
        { figure: 'p99', unit: 'ms, 99 of 100 are faster', digits: 2 },
      ],
      contenders: [
        { label: 'observe() to the POST’s arrival', run: run('told') },
        { label: 'a POST alone', run: run('post') },
        { label: 'one Redis round trip', run: run('ping') },
      ],
    }
  }
  return [
    {
      title: 'counting in Redis',
      measures: [{ figure: 'recordsPerSecond', unit: 'error records a second', digits: 0 }],
      contenders: [
        { label: 'logsiren', run: ours },
        { label: 'the original’s algorithm, one after the other', run: original(10_000, 1) },
        { label: 'the original’s algorithm, 1,000 at once', run: original(50_000, 1000) },
      ],
    },
    {
      title: `counting ${STORM_PER_SECOND.toLocaleString('en')} errors a second`,
      measures: [
        { figure: 'roundTrips', unit: 'round trips a second', digits: 1 },
        { figure: 'commands', unit: 'Redis commands a second, in scripts too', digits: 0 },
        { figure: 'redisCpuPercent', unit: '% of a core that Redis uses', digits: 2 },
        { figure: 'cpuPercent', unit: '% of a core that the process uses', digits: 1 },
      ],
      contenders: [{ label: 'logsiren', run: storm(undefined, 1) }],
    },
    {
      title: `counting ${STORM_PER_SECOND.toLocaleString('en')} errors of ${STORM_KINDS} messages a second`,
      measures: [
        { figure: 'redisCpuPercent', unit: '% of a core that Redis uses', digits: 2 },
        { figure: 'cpuPercent', unit: '% of a core that the process uses', digits: 1 },
      ],
      contenders: [
        { label: 'a group of each kind, what is new, ten to ignore, a silence', run: storm(lessNoise, STORM_KINDS) },
        { label: 'none of it', run: storm(undefined, STORM_KINDS) },
      ],
    },
    crossing(false),
    crossing(true),
  ]
}
