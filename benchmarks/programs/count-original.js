// The service that this package re-implements: for each record GET the config, INCR the window's counter, EXPIRE it when it
// is new, and SET NX the cooldown once the threshold is reached.
import { Redis } from 'ioredis'

const { redis: url, configKey, url: hook, threshold, records, inFlight } = JSON.parse(process.argv[2])
const redis = new Redis(url)
const record = { statusCode: 503, errorMessage: 'db timeout', clientIp: '203.0.113.9' }
await redis.set(
  configKey,
  JSON.stringify({ enabled: true, url: hook, threshold, window_seconds: 60, cooldown_seconds: 300 }),
)

async function evaluate({ statusCode, errorMessage }) {
  const config = JSON.parse((await redis.get(configKey)) ?? '{}')
  if (!config.enabled || (statusCode < 500 && errorMessage.trim() === '')) return
  const nowSeconds = Math.floor(Date.now() / 1000)
  const counter = `${configKey}:errors:${Math.floor(nowSeconds / config.window_seconds)}`
  const count = await redis.incr(counter)
  if (count === 1) await redis.expire(counter, config.window_seconds + 1)
  if (count < config.threshold) return
  await redis.set(`${configKey}:cooldown`, nowSeconds, 'EX', config.cooldown_seconds, 'NX')
}

const startMs = performance.now()
let next = 0
const work = async () => {
  while (next < records) {
    next += 1
    await evaluate(record)
  }
}
await Promise.all(Array.from({ length: inFlight }, work))
const seconds = (performance.now() - startMs) / 1000
redis.disconnect()
console.log(JSON.stringify({ recordsPerSecond: records / seconds }))
