// The process that is measured: logs so many lines through a winston transport, then prints as JSON what that took.
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import winston from 'winston'
import { requestLine } from '../request-lines.js'

const { module, options, lines, shape, linesPerTurn } = JSON.parse(process.argv[2])
const { default: Transport } = await import(module)
const transport = new Transport(options)
const warnings = []
transport.on('warning', (warning) => warnings.push(warning.message))
const logger = winston.createLogger({ format: winston.format.json(), transports: [transport] })

let callNs = 0n
const startNs = process.hrtime.bigint()
const before = process.cpuUsage()
for (let first = 0; first < lines; first += linesPerTurn) {
  const turnNs = process.hrtime.bigint()
  for (let i = first; i < Math.min(lines, first + linesPerTurn); i += 1) {
    const { level, members, message } = requestLine(i, shape)
    logger[level](message, members)
  }
  callNs += process.hrtime.bigint() - turnNs
  await setImmediate()
}
logger.end()
await once(transport, 'finish')
const { user, system } = process.cpuUsage(before)

process.stdout.write(
  JSON.stringify({
    cpuMicrosPerLine: (user + system) / lines,
    callMicrosPerLine: Number(callNs) / 1000 / lines,
    linesPerSecond: lines / (Number(process.hrtime.bigint() - startNs) / 1e9),
    stats: transport.stats?.(),
    warnings,
  }),
)
