// The Winston transport: evaluates in-process or in a worker thread. `log()` calls back before it does anything else.
import Transport from 'winston-transport'
import { afterTurn } from './clock.js'
import type { LogsirenOptions, WorkerOption } from './config/options.js'
import { parseTransportOptions } from './config/parse-options.js'
import { createLineEvaluator } from './evaluator/evaluator.js'
import { eventNames } from './evaluator/events.js'
import type { Stats } from './evaluator/stats.js'
import type { Line } from './record/reading/line-reader.js'
import { rankedScale } from './record/severity.js'
import { createThreadEvaluator, type ObjectEvaluator } from './thread/thread-evaluator.js'
import { defined, isObject } from './unknown.js'

/**
 * The evaluator's options, `worker`, and what every winston transport takes: `level`, `silent`, `handleExceptions`,
 * `handleRejections`, and a `format` of winston's own.
 */
export type LogsirenTransportOptions = Omit<LogsirenOptions, 'format'> &
  WorkerOption &
  Pick<Transport.TransportStreamOptions, 'level' | 'silent' | 'handleExceptions' | 'handleRejections'> & {
    /**
     * The webhook's format by its name, such as `'slack'`; or one of winston's own, which makes the lines that this
     * transport reads.
     */
    readonly format?: LogsirenOptions['format'] | Transport.TransportStreamOptions['format']
  }

const LEVEL = Symbol.for('level')
const SPLAT = Symbol.for('splat')

/** Milliseconds for a flush before winston ends the process after an exception; winston itself waits 3000 at most. */
const MAX_FINAL_FLUSH_MS = 2500

/**
 * Counts the errors of a winston logger; add it beside the logger's other transports. Emits `alert`, `delivered`,
 * `resolved` and `warning` as an evaluator does, and each warning also as `warn`, which winston's loggers pass on;
 * never `error`.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem of the options at once
 * @example
 * const logger = winston.createLogger({ transports: [new LogsirenTransport({ url: 'https://example.test/hook' })] })
 */
export class LogsirenTransport extends Transport {
  readonly name = 'logsiren'
  /** The levels of the logger, by their names. Set by winston when a logger takes this transport on. */
  declare levels?: Record<string, number>
  /** The first logger that writes to this transport. Set by winston. */
  declare parent?: { readonly exitOnError?: unknown } | null
  /**
   * Set by winston after an uncaught exception or an unhandled rejection, which it logs; then it waits for `finish`
   * before it ends the process.
   */
  declare _ending?: boolean
  readonly #options: LogsirenOptions & WorkerOption
  #evaluator: ObjectEvaluator
  /** Loggers that write to this transport now. */
  readonly #loggers = new Set<unknown>()
  #isClosed = false
  /** Whether anybody has ever listened for `logged`. */
  #isLoggedHeard = false

  constructor(options: LogsirenTransportOptions = {}) {
    const { level, silent, format, handleExceptions, handleRejections, ...own } = isObject(options) ? options : {}
    const isOfWinston = isObject(format) && 'transform' in format
    // winston's own defaults hold where nothing is given.
    super(defined({ level, silent, ...(isOfWinston && { format }), handleExceptions, handleRejections }))
    this.#options = parseTransportOptions(isObject(options) ? { ...own, ...(!isOfWinston && { format }) } : options)
    this.#evaluator = this.#open()
    // Many loggers may share one transport, and each of them listens.
    this.setMaxListeners(0)
    this.on('pipe', (logger: unknown) => {
      this.#loggers.add(logger)
      if (this.#isClosed) this.#evaluator = this.#open()
      if (this.levels !== undefined) this.#evaluator.useLogger({ scale: rankedScale(this.levels) })
    })
    this.on('unpipe', (logger: unknown) => this.#loggers.delete(logger))
    this.on('newListener', (name) => {
      if (name === 'logged') this.#isLoggedHeard = true
    })
  }

  #open(): ObjectEvaluator {
    const { worker, ...options } = this.#options
    const evaluator =
      worker === true ? createThreadEvaluator(options) : createLineEvaluator(options, { logger: 'winston' })
    this.#isClosed = false
    for (const name of eventNames) evaluator.on(name, (event) => this.emit(name, event))
    evaluator.on('warning', (warning) => this.emit('warn', warning))
    return evaluator
  }

  /**
   * Called by winston for each line, and by whoever hands in lines without a logger: `next` may be left out, and level,
   * message and meta may stand apart, as they did in winston 2. Never changes `info`, since other transports get it too.
   */
  override log(info: unknown, next?: unknown, meta: unknown = null, callback: unknown = null): unknown {
    const done = callback ?? meta ?? next
    if (typeof done === 'function') done()
    if (isObject(info)) this.#evaluator.observeLine(new InfoLine(info))
    else if (typeof info === 'string' && typeof next !== 'function')
      this.#evaluator.observeLine({ members: { level: info, message: next }, extras: [meta] })
    else this.#evaluator.skip(1)
    // winston's own transports emit `logged` for each line. A turn of the event loop for nobody would cost more than
    // the rest.
    if (this.#isLoggedHeard) setImmediate(() => this.emit('logged', info))
    if (this._ending === true && isObject(info) && isThrown(info)) void this.#flushBeforeExit()
    return true
  }

  /**
   * Flushes and then emits `finish`, for which winston waits before it ends the process. `finish` also ends the piping
   * from the logger, so it is emitted only where winston does end the process.
   */
  async #flushBeforeExit(): Promise<void> {
    if (this.parent?.exitOnError !== true) return
    await this.#evaluator.flushWithin(MAX_FINAL_FLUSH_MS)
    this.emit('finish')
  }

  /**
   * Resolves when every line logged until now is counted, and the alerts that they raised have had their first attempt,
   * or after `closeTimeoutMs`. Never rejects.
   */
  flush(): Promise<void> {
    return this.#evaluator.flush()
  }

  /** The counters as they are now, with `worker` those of both threads. Never throws. */
  stats(): Stats {
    return this.#evaluator.stats()
  }

  /**
   * Called by winston when a logger lets go of this transport. `configure()` does that even where it takes the
   * transport on again at once, and other loggers may go on with it. So it is closed after the caller's turn, and only
   * where no logger is left; errors that were logged are still counted and delivered.
   */
  override close(): void {
    afterTurn(() => {
      if (this.#loggers.size > 0) return
      this.#isClosed = true
      void this.#evaluator.close()
    })
  }

  /**
   * Called when a logger ends. The transport finishes when everything logged is counted, and what that raised has had
   * its first attempt, or after `closeTimeoutMs`.
   */
  override _final(done: (error?: Error | null) => void): void {
    void this.#evaluator.close().then(() => done())
  }
}

export default LogsirenTransport

/** Whether a line is what winston logs of an uncaught exception or an unhandled rejection. */
function isThrown(info: object): boolean {
  const { exception, rejection } = info as { exception?: unknown; rejection?: unknown }
  return exception === true || rejection === true
}

/** A line that reads winston's `info` only as the evaluator asks for it. */
class InfoLine implements Line {
  readonly members: object

  constructor(info: object) {
    this.members = info
  }

  get level(): unknown {
    return (this.members as { [LEVEL]?: unknown })[LEVEL]
  }

  get extras(): readonly unknown[] | undefined {
    const { [SPLAT]: splat } = this.members as { [SPLAT]?: unknown }
    return Array.isArray(splat) ? splat : undefined
  }
}
