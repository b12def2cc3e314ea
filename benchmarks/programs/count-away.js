// Observes so many errors a second, for so long, while Redis is away, and says what the process weighs every second.
// By hand: node --expose-gc benchmarks/programs/count-away.js '{"away":"refused","perSecond":10000,"seconds":60}'; or "hanging".
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEvaluator } from 'logsiren'
import { storm } from '../support/storm.js'

const { away, perSecond, seconds } = JSON.parse(process.argv[2])
// Accepts and never answers; once it is closed, its port refuses.
const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address()
if (away === 'refused') server.close()

const evaluator = createEvaluator({
  redis: `redis://127.0.0.1:${port}`,
  url: 'http://127.0.0.1:9/',
  threshold: 2 ** 31 - 1,
  windowSeconds: 60,
  closeTimeoutMs: 100,
})
const stop = storm(evaluator, perSecond)
const rssMb = []
const heapMb = []
for (let second = 0; second < seconds; second += 1) {
  await sleep(1000)
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  rssMb.push(Math.round(rss / 1e5) / 10)
  heapMb.push(Math.round(heapUsed / 1e5) / 10)
}
const observed = stop()
const { storeFailures } = evaluator.stats()
await evaluator.close()
server.close()
console.log(JSON.stringify({ observed, storeFailures, rssMb, heapMb }))
process.exit()
