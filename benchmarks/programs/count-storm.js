// Observes so many records a second, for so long, and says what that cost this process.
import { setTimeout as sleep } from 'node:timers/promises'
import { createEvaluator } from 'logsiren'
import { storm } from '../support/storm.js'

const { options, perSecond, seconds, kinds } = JSON.parse(process.argv[2])
const evaluator = createEvaluator(options)
await evaluator.flush()
await sleep(200)
const cpu = process.cpuUsage()
const startMs = performance.now()
const stop = storm(evaluator, perSecond, kinds)
await sleep(seconds * 1000)
const observed = stop()
const elapsed = (performance.now() - startMs) / 1000
const { user, system } = process.cpuUsage(cpu)
await evaluator.close()
console.log(
  JSON.stringify({ seconds: elapsed, perSecond: observed / elapsed, cpuPercent: (user + system) / 10_000 / elapsed }),
)
