// The process that is measured: logs so many lines to one target in a worker, then prints as JSON what that took.
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import pino from 'pino'
import { LAST_ERROR, logRequest } from './request-lines.js'

/** A server comes back to its event loop between requests; a loop that never does would only fill memory. */
const LINES_PER_TURN = 100

const { target, options, lines, errorEvery, withLastError } = JSON.parse(process.argv[2])
const transport = pino.transport({ target, options })
const delivered = []
const warnings = []
transport.on('delivered', (alert) => delivered.push(alert.count))
transport.on('warning', (warning) => warnings.push(warning.message))
await once(transport, 'ready')
// pino lets the process end before its worker does.
transport.ref()
const logger = pino(transport)

const startNs = process.hrtime.bigint()
const before = process.cpuUsage()
for (let i = 0; i < lines; i += 1) {
  logRequest(logger, i, errorEvery)
  if (i % LINES_PER_TURN !== LINES_PER_TURN - 1) continue
  if (transport.writableNeedDrain) await once(transport, 'drain')
  else await setImmediate()
}
if (withLastError) logger.error(LAST_ERROR)
transport.end()
await once(transport, 'close')
const { user, system } = process.cpuUsage(before)
const wallMs = Number(process.hrtime.bigint() - startNs) / 1e6

process.stdout.write(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs, delivered, warnings }))
