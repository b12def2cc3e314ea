// How soon after observe() the POST of an alert arrives, at a receiver in this process; and what a POST and a PING take alone.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createEvaluator } from 'logsiren'
import { Agent, request } from 'undici'
import { storm } from '../support/storm.js'

const { options, crossings, perSecond } = JSON.parse(process.argv[2])

let arrived = () => {}
let body = ''
const server = createServer((incoming, response) => {
  const chunks = []
  incoming
    .on('data', (chunk) => chunks.push(chunk))
    .once('end', () => {
      const atMs = performance.now()
      body = Buffer.concat(chunks).toString()
      response.writeHead(204).end()
      arrived(atMs)
    })
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${server.address().port}/hook`

const evaluator = createEvaluator({
  ...options,
  url,
  rules: [
    { name: 'storm', match: { model: 'storm' }, threshold: 2 ** 31 - 1 },
    {
      name: 'lone',
      match: { model: { prefix: 'm-' } },
      groupBy: ['model'],
      threshold: 1,
      maxAlertsPerMinute: 1_000_000,
    },
  ],
})
const redis = new Redis(options.redis)
// As the package's own: no connection is kept.
const agent = new Agent({ pipelining: 0 })

/** Runs it again and again, apart, and gives the times in milliseconds. */
async function timesOf(action) {
  const times = []
  // The first ones load and compile.
  for (let i = -3; i < crossings; i += 1) {
    const startMs = performance.now()
    const endMs = await action(i)
    if (i >= 0) times.push(endMs - startMs)
    // An idle process is one that has not asked Redis for a while; the pace must not fall in step with ours.
    await sleep(120 + 30 * Math.random())
  }
  return times
}

function percentiles(times) {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return { p50: at(0.5), p99: at(0.99) }
}

const arrival = () =>
  new Promise((resolve) => {
    arrived = resolve
  })

await evaluator.flush()
const stop = perSecond > 0 ? storm(evaluator, perSecond) : () => 0
await sleep(300)
const told = await timesOf((i) => {
  const arriving = arrival()
  evaluator.observe({ statusCode: 503, errorMessage: 'db timeout', model: `m-${i}` })
  return arriving
})
const text = body
const post = await timesOf(async () => {
  const arriving = arrival()
  const headers = { 'content-type': 'application/json' }
  const answer = await request(url, { method: 'POST', headers, body: text, dispatcher: agent })
  await answer.body.dump()
  return arriving
})
const ping = await timesOf(async () => {
  await redis.ping()
  return performance.now()
})
stop()
await evaluator.close()
redis.disconnect()
await agent.destroy()
server.closeAllConnections()
server.close()
console.log(JSON.stringify({ told: percentiles(told), post: percentiles(post), ping: percentiles(ping) }))
