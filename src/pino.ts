// The Pino transport: a stream that takes the logger's chunks, in pino's worker or in-process.
import type { Writable } from 'node:stream'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import type { LogsirenOptions } from './config/options.js'
import { parseOptions } from './config/parse-options.js'
import { withinWorker } from './config/worker-options.js'
import { checkRuntime } from './deliver/runtime.js'
import type { Evaluator } from './evaluator/evaluator.js'
import { newCounters } from './evaluator/stats.js'
import type { LoggerTraits } from './record/reading/field-paths.js'
import { compileEarlySieve } from './stream/early-sieve.js'
import { createLineStream } from './stream/line-stream.js'
import { announcedTraits } from './stream/pino-config.js'
import type { TextIntake } from './stream/text-intake.js'

/**
 * The stream that pino writes to. In-process it emits `alert`, `delivered`, `resolved` and `warning` as an evaluator
 * does, and never `error`.
 */
export type LogsirenPinoStream = Writable &
  Pick<Evaluator, 'stats'> & {
    /**
     * Resolves, and calls `callback`, when every line written until now is counted, and the alerts that they raised
     * have had their first attempt, or after `closeTimeoutMs`. Never rejects.
     */
    flush(callback?: () => void): Promise<void>
  }

/**
 * A worker's first line waits this long, in milliseconds, for the message in which pino announces its levels and keys.
 * pino posts it before the first line, but from Node.js 26 on the line is handed over first, and would be read by the
 * wrong levels. Without a call of `pino()` no message comes, so the wait is short.
 */
const ANNOUNCEMENT_MS = 100

/**
 * Makes the stream for `pino.transport({ target: 'logsiren/pino', options })`, where pino calls it in its worker;
 * in-process call `pino(await logsirenPino(options))`. In a worker options are plain data, and a `closeTimeoutMs` of
 * more than 9000 is taken for 9000.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem of the options at once
 * @example
 * const logger = pino(pino.transport({ target: 'logsiren/pino', options: { url: 'https://example.test/hook' } }))
 */
export default async function logsirenPino(options: LogsirenOptions = {}): Promise<LogsirenPinoStream> {
  checkRuntime()
  const isWorker = isPinoWorker()
  const given = isWorker ? withinWorker(withoutPinoMembers(options)) : options
  let isFine = compileEarlySieve(parseOptions(given))
  let logger: LoggerTraits | undefined
  let intake: TextIntake | undefined
  const opening = import('./stream/text-intake.js').then(({ openTextIntake, eventNames }) => {
    const opened = openTextIntake(given)
    for (const name of eventNames)
      opened.evaluator.on(name, (event) => {
        if (isWorker) parentPort?.postMessage({ code: 'EVENT', name, args: [event] })
        else stream.emit(name, event)
      })
    if (logger !== undefined) opened.evaluator.useLogger(logger)
    intake = opened
    return opened
  })
  let announce = (): void => {}
  const announced = new Promise<void>((resolve) => {
    announce = resolve
  })
  // If the thread stood still until the time was up, the message is there and is read in the turn that `setImmediate`
  // waits for.
  const announcement = (): Promise<void> =>
    Promise.race([announced, setTimeout(ANNOUNCEMENT_MS, undefined, { ref: false }).then(() => setImmediate())])
  const stream = createLineStream(opening, (text) => isFine(text), isWorker ? announcement : undefined)
  // pino announces its levels and keys, in a worker by a message and in-process by an event, perhaps after the first
  // lines.
  const adopt = (message: unknown): void => {
    const traits = announcedTraits(message)
    if (traits === undefined) return
    logger = traits
    isFine = compileEarlySieve(given, traits)
    intake?.evaluator.useLogger(traits)
    announce()
  }
  if (isWorker) {
    parentPort?.on('message', adopt)
    stream.once('close', () => parentPort?.off('message', adopt))
  } else {
    stream.on('message', adopt)
    // In a worker lines are waiting already, so it does not wait until everything is loaded.
    await opening
  }
  return Object.assign(stream, {
    stats: () => intake?.evaluator.stats() ?? newCounters(),
    flush: async (callback?: () => void): Promise<void> => {
      await stream.taken()
      const { evaluator } = await opening
      await evaluator.flush()
      callback?.()
    },
  })
}

// `require('logsiren/pino')` is the function itself, and its `default` too, which is what a compiled `import` asks for.
Object.assign(logsirenPino, { default: logsirenPino })

export { logsirenPino as 'module.exports' }

function isPinoWorker(): boolean {
  const data: unknown = workerData
  return (
    !isMainThread &&
    typeof data === 'object' &&
    data !== null &&
    'stateBuf' in data &&
    data.stateBuf instanceof SharedArrayBuffer
  )
}

/** The options without the members that pino and thread-stream add to those of a single target. */
function withoutPinoMembers(options: LogsirenOptions): LogsirenOptions {
  const added = new Set(['pinoWillSendConfig', '$context'])
  return Object.fromEntries(Object.entries(options ?? {}).filter(([option]) => !added.has(option)))
}
