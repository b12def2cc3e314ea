// The Winston transport: evaluates in-process or in a worker; `log()` calls back before it does anything else.
import Transport from 'winston-transport'
import { afterTurn } from './clock.js'
import type { LogsirenOptions, WorkerOption } from './config/options.js'
import { parseTransportOptions } from './config/parse-options.js'
import { createLineEvaluator } from './evaluator/evaluator.js'
import { eventNames } from './evaluator/events.js'
import type { Stats } from './evaluator/stats.js'
import type { Line } from './record/reading/line-reader.js'
import { isObject } from './record/reading/path.js'
import { rankedScale } from './record/severity.js'
import { createThreadEvaluator, type ObjectEvaluator } from './thread/thread-evaluator.js'

/** Options of the evaluator, where it runs, and what every winston transport takes. */
export type LogsirenTransportOptions = Omit<LogsirenOptions, 'format'> &
  WorkerOption &
  Pick<Transport.TransportStreamOptions, 'level' | 'silent' | 'handleExceptions' | 'handleRejections'> & {
    /** The webhook's, by its name; or one of winston's own, which makes the lines that this transport reads. */
    readonly format?: LogsirenOptions['format'] | Transport.TransportStreamOptions['format']
  }

const LEVEL = Symbol.for('level')
const SPLAT = Symbol.for('splat')

/** winston waits three seconds before it ends a process that something was thrown in. */
const MAX_LAST_WORDS_MS = 2500

/**
 * Add it to a logger beside its other transports. Emits `alert`, `delivered`, `resolved` and `warning`
 * as an evaluator does, and `warn` with every warning, as winston's loggers pass on; never `error`.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem of the options at once
 * @example
 * const logger = winston.createLogger({ transports: [new LogsirenTransport({ url: 'https://example.test/hook' })] })
 */
export class LogsirenTransport extends Transport {
  readonly name = 'logsiren'
  /** Set by winston when a logger takes this transport on. */
  declare levels?: Record<string, number>
  /** The same: the first of the loggers that write to it. */
  declare parent?: { readonly exitOnError?: unknown } | null
  /** Set by winston when something was thrown, which it logs and then waits for `finish`. */
  declare _ending?: boolean
  readonly #options: LogsirenOptions & WorkerOption
  #evaluator: ObjectEvaluator
  /** Loggers that write to this transport now. */
  readonly #loggers = new Set<unknown>()
  #isClosed = false
  /** Somebody has listened for `logged`. */
  #isLoggedHeard = false

  constructor(options: LogsirenTransportOptions = {}) {
    const { level, silent, format, handleExceptions, handleRejections, ...own } = isObject(options) ? options : {}
    const isOfWinston = isObject(format) && 'transform' in format
    super(defined({ level, silent, ...(isOfWinston && { format }), handleExceptions, handleRejections }))
    this.#options = parseTransportOptions(isObject(options) ? { ...own, ...(!isOfWinston && { format }) } : options)
    this.#evaluator = this.#open()
    // One transport is often shared by many loggers, each of which listens.
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
    const evaluator = worker === true ? createThreadEvaluator(options) : createLineEvaluator(options)
    this.#isClosed = false
    for (const name of eventNames) evaluator.on(name, (event) => this.emit(name, event))
    evaluator.on('warning', (warning) => this.emit('warn', warning))
    return evaluator
  }

  /** Called by winston for each line. Nothing of `info` is changed, since other transports share it. */
  override log(info: unknown, next: () => void): void {
    next()
    if (isObject(info)) this.#evaluator.observeLine(new InfoLine(info))
    else this.#evaluator.skip(1)
    // winston's own transports say so for each line; a turn of the event loop for nobody would cost more than the rest.
    if (this.#isLoggedHeard) setImmediate(() => this.emit('logged', info))
    if (this._ending === true && isObject(info) && isThrown(info)) void this.#tellLastWords()
  }

  /** Says `finish` once they are told, for which winston waits. It also ends the piping, so only a process that ends may hear it. */
  async #tellLastWords(): Promise<void> {
    if (this.parent?.exitOnError !== true) return
    await this.#evaluator.flushWithin(MAX_LAST_WORDS_MS)
    this.emit('finish')
  }

  /** As `Evaluator.flush()`. */
  flush(): Promise<void> {
    return this.#evaluator.flush()
  }

  /** The counters as they are now, with `worker` those of both threads. Never throws. */
  stats(): Stats {
    return this.#evaluator.stats()
  }

  /**
   * Called by winston when a logger lets go of this transport, which `configure()` does only to take it on again, and
   * while other loggers may go on with it. What was logged is still counted and told.
   */
  override close(): void {
    afterTurn(() => {
      if (this.#loggers.size > 0) return
      this.#isClosed = true
      void this.#evaluator.close()
    })
  }

  /** Called when a logger ends: it finishes once what was logged is counted and told, within `closeTimeoutMs`. */
  override _final(done: (error?: Error | null) => void): void {
    void this.#evaluator.close().then(() => done())
  }
}

export default LogsirenTransport

/** What winston says of an uncaught exception or an unhandled rejection. */
function isThrown(info: object): boolean {
  const { exception, rejection } = info as { exception?: unknown; rejection?: unknown }
  return exception === true || rejection === true
}

/** Reads of `info` what the evaluator asks for, when it asks. */
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

/** winston's own defaults hold where nothing is given. */
function defined<T extends object>(options: T): { [key in keyof T]?: Exclude<T[key], undefined> } {
  // Only members that are undefined are left out, which Object.fromEntries cannot express.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}
