// An evaluator in a worker thread, as the application's thread sees it. Whatever becomes of the worker, `observeLine`
// goes on to take lines.
import { existsSync } from 'node:fs'

import { outsideRequests, systemClock } from '../clock.js'
import { DEFAULT_CLOSE_TIMEOUT_MS } from '../config/defaults.js'
import type { LogsirenOptions } from '../config/options.js'
import { resolveSettings } from '../config/settings.js'
import { withinWorker } from '../config/worker-options.js'
import { ConfigError, warningCodes } from '../errors.js'
import { Announcer } from '../evaluator/announcer.js'
import type { LineEvaluator } from '../evaluator/evaluator.js'
import { type Events, eventNames } from '../evaluator/events.js'
import type { Line } from '../record/reading/line-reader.js'
import { Crossing } from './crossing.js'
import { closeAtExit } from './exits.js'
import { Outbox } from './outbox.js'
import { lowestStatusOf, SharedState } from './shared-state.js'
import { startThread } from './thread.js'

/** The part of an evaluator that a transport needs which hands in objects. */
export interface ObjectEvaluator
  extends Pick<LineEvaluator, 'observeLine' | 'skip' | 'useLogger' | 'flush' | 'flushWithin' | 'stats' | 'close'> {
  on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): void
}

/**
 * Makes it. `options` have been checked, and are plain data.
 *
 * @throws ConfigError where the file that the thread runs is not there
 */
export function createThreadEvaluator(options: LogsirenOptions, worker: URL = workerFile()): ObjectEvaluator {
  const bounded = withinWorker(options)
  const { closeTimeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = bounded
  const state = new SharedState()
  const counters = state.outerCounters
  const announcer = new Announcer(counters, systemClock)
  state.lowestStatus = lowestStatusAtFirst(bounded)
  const crossing = new Crossing(bounded, counters, state)
  const thread = outsideRequests(() => startThread(worker, { options: bounded, buffer: state.buffer }))
  const outbox = new Outbox(thread)
  const unregister = closeAtExit(thread, outbox)
  let sent = 0
  let closing: Promise<void> | undefined

  for (const name of eventNames) thread.on(name, (event) => announcer.emit(name, event))
  // Nothing to do: `close` follows each `error`.
  thread.on('error', () => {})
  thread.on('close', () => {
    unregister()
    if (closing !== undefined) return
    counters.dropped += sent - state.received
    announcer.warn(
      warningCodes.workerLost,
      'the worker thread has ended: this process counts no errors until it is restarted',
    )
  })

  function send(line: Line): void {
    const read = crossing.take(line, systemClock.monotonicMs())
    if (read === undefined) return
    if (outbox.push(`${JSON.stringify(read)}\n`)) sent += 1
    else counters.dropped += 1
  }

  function flush(maxMs: number = closeTimeoutMs): Promise<void> {
    return new Promise((resolve) => {
      const cancel = systemClock.after(maxMs, resolve, true)
      outbox.write()
      thread.flush(() => {
        cancel()
        resolve()
      })
    })
  }

  async function close(): Promise<void> {
    state.complete(sent)
    await flush()
    // Nothing is left in the worker. To end the stream instead would block this thread until the worker has closed.
    await thread.worker.terminate()
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
    flush: () => closing ?? flush(),
    // `maxMs` is kept by this thread alone: the worker, which the exit closes, judges alone only then.
    flushWithin: (maxMs) => closing ?? flush(Math.min(maxMs, closeTimeoutMs)),
    stats: () => state.sums(),
    on: (event, listener) => announcer.on(event, listener),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** The worker's file, which the build puts beside this code. A bundler that takes this code elsewhere leaves it behind. */
function workerFile(): URL {
  // Undefined in a bundle that is CommonJS. In these words others know which file is meant: what traces those of an application takes it
  // along, and webpack would take it without what it imports.
  const isModule = (import.meta.url as string | undefined) !== undefined
  const file = isModule ? new URL(/* webpackIgnore: true */ './winston-worker.js', import.meta.url) : undefined
  if (file !== undefined && existsSync(file)) return file
  const message =
    'Expected `worker` to be left out in a bundle, got `true`: the file that the thread runs is no part of it; mark `logsiren` as external, or do without `worker`'
  throw new ConfigError([{ path: 'worker', message }], 'bad options')
}

/** Before the worker has read the config: with `redis` any status from 1 up may be an error. */
function lowestStatusAtFirst(options: LogsirenOptions): number {
  if (options.redis !== undefined) return 1
  return lowestStatusOf(resolveSettings(options, undefined).rules.filter((rule) => rule.enabled))
}
