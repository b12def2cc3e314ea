// logsiren/pino as it is; at the end it tells what it has counted, so that a run that missed something fails.
import { parentPort } from 'node:worker_threads'
import logsirenPino from 'logsiren/pino'

export default async (options) => {
  const stream = await logsirenPino(options)
  stream.once('close', () => parentPort.postMessage({ code: 'EVENT', name: 'stats', args: [stream.stats()] }))
  return stream
}
