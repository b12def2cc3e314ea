// The Pino transport: a stream that takes the logger's chunks, in pino's worker or in-process.
import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import build from 'pino-abstract-transport'
import { DEFAULT_CLOSE_TIMEOUT_MS } from './config/defaults.js'
import type { LogsirenOptions } from './config/options.js'
import type { Evaluator } from './evaluator/evaluator.js'
import { createLineEvaluator, type LineEvaluator } from './evaluator/evaluator.js'
import { eventNames } from './evaluator/events.js'
import { LineSplitter } from './record/line/splitter.js'
import { isObject } from './record/path.js'
import { announcedScale } from './record/severity.js'

/** The stream that pino writes to. In-process it also tells what the evaluator tells. */
export type LogsirenPinoStream = Writable &
  Pick<Evaluator, 'stats'> & {
    /** As `Evaluator.flush()`, for all lines written until now. */
    flush(callback?: () => void): Promise<void>
  }

/** pino waits ten seconds for its worker to close, then gives up on it. */
const MAX_WORKER_CLOSE_MS = 9000

/**
 * The transport function of `pino.transport({ target: 'logsiren/pino', options })`;
 * in-process, `pino(await logsirenPino(options))`.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem of the options at once
 * @example
 * const logger = pino(pino.transport({ target: 'logsiren/pino', options: { url: 'https://example.test/hook' } }))
 */
export default function logsirenPino(options: LogsirenOptions = {}): LogsirenPinoStream {
  const isWorker = isPinoWorker()
  const evaluator = createLineEvaluator(isWorker ? withinWorker(ownOptions(options)) : options)
  const parser = parseInto(evaluator)
  const stream = Object.assign(splitInto(parser, evaluator), {
    stats: () => evaluator.stats(),
    flush: async (callback?: () => void): Promise<void> => {
      await drained(parser)
      await evaluator.flush()
      callback?.()
    },
  })
  const adopt = (message: unknown): void => adoptPinoConfig(message, evaluator)
  if (isWorker) {
    parentPort?.on('message', adopt)
    stream.once('close', () => parentPort?.off('message', adopt))
    for (const name of eventNames)
      evaluator.on(name, (event) => parentPort?.postMessage({ code: 'EVENT', name, args: [event] }))
  } else {
    stream.on('message', adopt)
    for (const name of eventNames) evaluator.on(name, (event) => stream.emit(name, event))
  }
  return stream
}

/** Whole lines of a bounded length go on; the rest is counted. Consumes at the logger's speed. */
function splitInto(parser: Writable, evaluator: LineEvaluator): Writable {
  const splitter = new LineSplitter()
  const decoder = new StringDecoder('utf8')
  let oversized = 0
  const forward = (text: string, done: () => void): void => {
    if (splitter.oversized > oversized) {
      evaluator.skip(splitter.oversized - oversized)
      oversized = splitter.oversized
    }
    if (text === '' || parser.write(text)) done()
    else parser.once('drain', done)
  }
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) =>
      forward(splitter.push(typeof chunk === 'string' ? chunk : decoder.write(chunk)), done),
    final: (done) => {
      // The parser gives a line only once it has ended.
      const whole = splitter.push(decoder.end())
      const last = splitter.end()
      forward(last === '' ? whole : `${whole}${last}\n`, () => {
        void drained(parser)
          .then(() => evaluator.close())
          .then(() => parser.end())
          .then(() => done())
      })
    },
    destroy: (_error, done) => {
      // Whatever went wrong, a transport never makes its logger fail.
      void evaluator.close().then(() => done(null))
    },
  })
}

/** Parses with pino-abstract-transport, as any other transport does. */
function parseInto(evaluator: LineEvaluator): Writable {
  return build(
    (source) => {
      source.on('unknown', (line: string) => {
        if (line.trim() !== '') evaluator.skip(1)
      })
      source.on('data', (line: unknown) => {
        if (isObject(line)) evaluator.observeLine(() => ({ members: line }))
        else evaluator.skip(1)
      })
    },
    { metadata: false },
  )
}

/** Resolves when everything written to the parser has come out of it. */
async function drained(parser: Writable): Promise<void> {
  if (parser.writableEnded) return
  await new Promise<void>((resolve) => parser.write('', () => setImmediate(resolve)))
}

/** pino announces its levels and keys, in the worker by a message, in-process by an event; maybe after the first lines. */
function adoptPinoConfig(message: unknown, evaluator: LineEvaluator): void {
  if (!isObject(message) || !('code' in message) || message.code !== 'PINO_CONFIG' || !('config' in message)) return
  // Anything could post a message that looks like pino's, so its members are checked one by one.
  const config = isObject(message.config) ? (message.config as Partial<Record<string, unknown>>) : {}
  const { levels, messageKey, errorKey } = config
  const values = isObject(levels) && 'values' in levels && isObject(levels.values) ? Object.entries(levels.values) : []
  const numbers = values.filter((level): level is [string, number] => typeof level[1] === 'number')
  evaluator.useLogger({
    scale: announcedScale(Object.fromEntries(numbers)),
    ...(typeof messageKey === 'string' ? { messageKey } : {}),
    ...(typeof errorKey === 'string' ? { errorKey } : {}),
  })
}

function isPinoWorker(): boolean {
  return (
    !isMainThread &&
    isObject(workerData) &&
    'stateBuf' in workerData &&
    workerData.stateBuf instanceof SharedArrayBuffer
  )
}

/** Without what pino and thread-stream put beside the options of a single target. */
function ownOptions(options: LogsirenOptions): LogsirenOptions {
  const added = new Set(['pinoWillSendConfig', '$context'])
  return isObject(options)
    ? Object.fromEntries(Object.entries(options).filter(([option]) => !added.has(option)))
    : options
}

function withinWorker(options: LogsirenOptions): LogsirenOptions {
  if (!isObject(options)) return options
  const { closeTimeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = options
  const isTooLong = typeof closeTimeoutMs === 'number' && closeTimeoutMs > MAX_WORKER_CLOSE_MS
  return isTooLong ? { ...options, closeTimeoutMs: MAX_WORKER_CLOSE_MS } : options
}
