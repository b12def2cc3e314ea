// An evaluator in a worker thread, as the application's thread sees it. Whatever becomes of the worker, `observeLine`
// goes on to take lines.
import { workerFile } from '#thread-files'
import { outsideRequests, systemClock } from '../clock.js'
import { DEFAULT_CLOSE_TIMEOUT_MS } from '../config/defaults.js'
import type { LogsirenOptions } from '../config/options.js'
import { type RuleSettings, resolveSettings } from '../config/settings.js'
import { withinWorker } from '../config/worker-options.js'
import { checkRuntime } from '../deliver/runtime.js'
import { ConfigError, warningCodes } from '../errors.js'
import { Announcer } from '../evaluator/announcer.js'
import type { LineEvaluator } from '../evaluator/evaluator.js'
import type { Events } from '../evaluator/events.js'
import { type RequestSearch, requestSearchOf } from '../evaluator/intake/request-search.js'
import type { Line } from '../record/reading/line-reader.js'
import { Crossing } from './crossing.js'
import { closeAtExit } from './exits.js'
import { Outbox } from './outbox.js'
import { lowestStatusOf, SharedState } from './shared-state.js'
import { Thread, type ThreadListeners } from './thread.js'

/** The part of an evaluator that a transport needs which hands in objects. */
export interface ObjectEvaluator
  extends Pick<LineEvaluator, 'observeLine' | 'skip' | 'useLogger' | 'flush' | 'flushWithin' | 'stats' | 'close'> {
  on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): void
}

/**
 * Makes it. `options` have been checked, and are plain data.
 *
 * @throws ConfigError where the file that the thread runs is not there, or on Bun
 */
export function createThreadEvaluator(options: LogsirenOptions, worker: URL = ourWorker()): ObjectEvaluator {
  checkRuntime()
  const bounded = withinWorker(options)
  const { closeTimeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = bounded
  const state = new SharedState()
  const counters = state.outerCounters
  const announcer = new Announcer(counters, systemClock)
  state.lowestStatus = lowestStatusAtFirst(bounded)
  state.requestSearch = requestSearchAtFirst(bounded)
  const crossing = new Crossing(bounded, counters, state)
  const listeners: ThreadListeners = { onEvent: ({ name, args }) => announcer.emit(name, ...args), onEnd }
  const thread = outsideRequests(() => new Thread(worker, { options: bounded, buffer: state.buffer }, listeners))
  const outbox = new Outbox(thread, state)
  const unregister = closeAtExit({ thread, outbox, state })
  let sent = 0
  let closing: Promise<void> | undefined

  function onEnd(): void {
    unregister()
    if (closing !== undefined) return
    counters.dropped += sent - state.received
    announcer.warn(
      warningCodes.workerLost,
      'the worker thread has ended: this process counts no errors until it is restarted',
    )
  }

  function send(line: Line): void {
    const read = crossing.take(line, systemClock.monotonicMs())
    if (read === undefined) return
    if (outbox.push(`${JSON.stringify(read)}\n`)) sent += 1
    else counters.dropped += 1
  }

  function flush(isLast: boolean, maxMs: number = closeTimeoutMs): Promise<void> {
    return new Promise((resolve) => {
      const cancel = systemClock.after(maxMs, resolve, true)
      outbox.write()
      thread.flush(isLast, () => {
        cancel()
        resolve()
      })
    })
  }

  async function close(): Promise<void> {
    await flush(true)
    // Nothing is left in the worker.
    await thread.terminate()
  }

  return {
    observeLine: (line) => {
      if (closing !== undefined) return
      counters.observed += 1
      try {
        send(line)
      } catch {
        // The line's own code threw, such as a getter or a proxy. The line is passed over, since logging must go on.
        counters.skipped += 1
      }
    },
    skip: (lines) => {
      counters.observed += lines
      counters.skipped += lines
    },
    useLogger: (logger) => crossing.useLogger(logger),
    flush: () => closing ?? flush(false),
    // `maxMs` is kept by this thread alone: the worker, which the exit closes, judges alone only then.
    flushWithin: (maxMs) => closing ?? flush(false, Math.min(maxMs, closeTimeoutMs)),
    stats: () => state.sums(),
    on: (event, listener) => announcer.on(event, listener),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

function ourWorker(): URL {
  const file = workerFile()
  if (file !== undefined) return file
  const message =
    'Expected `worker` to be left out in a bundle, got `true`: the file that the thread runs is no part of it; mark `logsiren` as external, or do without `worker`'
  throw new ConfigError([{ path: 'worker', message }], 'bad options')
}

/** Before the worker has read the config: with `redis` any status from 1 up may be an error. */
function lowestStatusAtFirst(options: LogsirenOptions): number {
  if (options.redis !== undefined) return 1
  return lowestStatusOf(enabledRules(options))
}

/** With `redis` all lines with a status cross at first, so that none is left to be counted here. */
function requestSearchAtFirst(options: LogsirenOptions): RequestSearch {
  return options.redis === undefined ? requestSearchOf(enabledRules(options)) : 'none'
}

function enabledRules(options: LogsirenOptions): readonly RuleSettings[] {
  return resolveSettings(options, undefined).rules.filter((rule) => rule.enabled)
}
