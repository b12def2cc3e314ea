// The process that is measured: logs so many lines through a pino transport, then prints as JSON what that took.
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import pino from 'pino'
import { requestLine } from '../request-lines.js'

const { transport: transportOptions, lines, shape, linesPerTurn } = JSON.parse(process.argv[2])
const transport = pino.transport(transportOptions)
const told = { stats: undefined, warnings: [] }
transport.on('stats', (stats) => {
  told.stats = stats
})
transport.on('warning', (warning) => told.warnings.push(warning.message))
await once(transport, 'ready')
// pino lets the process end before its worker does.
transport.ref()
const logger = pino(transport)
const rssBefore = process.memoryUsage.rss()

let callNs = 0n
const startNs = process.hrtime.bigint()
const before = process.cpuUsage()
for (let first = 0; first < lines; first += linesPerTurn) {
  const turnNs = process.hrtime.bigint()
  for (let i = first; i < Math.min(lines, first + linesPerTurn); i += 1) {
    const { level, members, message } = requestLine(i, shape)
    logger[level](members, message)
  }
  callNs += process.hrtime.bigint() - turnNs
  // A server comes back to its event loop between requests.
  if (transport.writableNeedDrain) await once(transport, 'drain')
  else await setImmediate()
}
const loggedNs = process.hrtime.bigint()
const rssAfter = process.memoryUsage.rss()
transport.end()
await once(transport, 'close')
const endNs = process.hrtime.bigint()
const { user, system } = process.cpuUsage(before)

process.stdout.write(
  JSON.stringify({
    cpuMicrosPerLine: (user + system) / lines,
    callMicrosPerLine: Number(callNs) / 1000 / lines,
    linesPerSecond: lines / (Number(endNs - startNs) / 1e9),
    endMs: Number(endNs - loggedNs) / 1e6,
    rssGrowthMegabytes: (rssAfter - rssBefore) / 1e6,
    ...told,
  }),
)
