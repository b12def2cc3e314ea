// How long a worker takes from its creation until it has let its first line go.
import { once } from 'node:events'
import pino from 'pino'

const { transport: transportOptions } = JSON.parse(process.argv[2])
const startNs = process.hrtime.bigint()
const transport = pino.transport(transportOptions)
pino(transport).info('the first line')
// A worker that still has to take the line does not hold the process until something ends it.
const hold = setInterval(() => {}, 1000)
await once(transport, 'first-line')
clearInterval(hold)
const startMs = Number(process.hrtime.bigint() - startNs) / 1e6
process.stdout.write(JSON.stringify({ startMs }))
transport.end()
