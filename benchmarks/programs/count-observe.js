// Observes records as fast as it can, and ends when Redis has them all.
import { setImmediate as turn } from 'node:timers/promises'
import { createEvaluator } from 'logsiren'

const { options, records } = JSON.parse(process.argv[2])
const evaluator = createEvaluator({ ...options, closeTimeoutMs: 60_000 })
await evaluator.flush()
const record = { statusCode: 503, errorMessage: 'db timeout', clientIp: '203.0.113.9' }
const startMs = performance.now()
for (let i = 0; i < records; i += 1) {
  evaluator.observe(record)
  if (i % 10_000 === 0) await turn()
}
await evaluator.flush()
const seconds = (performance.now() - startMs) / 1000
await evaluator.close()
console.log(JSON.stringify({ recordsPerSecond: records / seconds, stats: evaluator.stats() }))
