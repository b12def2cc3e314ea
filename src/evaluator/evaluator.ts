// Where the parts meet: lines and records come in, counts go to the store, alerts to their receivers.
import { hostname } from 'node:os'
import { type Clock, outsideRequests, systemClock, withSuspensions } from '../clock.js'
import { DEFAULT_CLOSE_TIMEOUT_MS, DEFAULT_HEARTBEAT_SECONDS, DEFAULT_ON_REDIS_DOWN } from '../config/defaults.js'
import type { LogsirenOptions } from '../config/options.js'
import { parseOptions } from '../config/parse-options.js'
import type { RuleSettings } from '../config/settings.js'
import { HttpClient } from '../deliver/http-client.js'
import { checkRuntime } from '../deliver/runtime.js'
import type { GivenRecord } from '../record/log-record.js'
import { hostnamePaths, type LoggerTraits } from '../record/reading/field-paths.js'
import { isRedacted, type Line } from '../record/reading/line-reader.js'
import type { ReadLine } from '../record/reading/read-line.js'
import { openStore } from '../store/open-store.js'
import type { LoggerName, Store } from '../store/store.js'
import { isObject } from '../unknown.js'
import { Announcer } from './announcer.js'
import { ConfigInForce } from './config-in-force.js'
import { Backlog } from './counting/backlog.js'
import { DueSeries } from './counting/due-series.js'
import { OtherRequests } from './counting/other-requests.js'
import { ProcessNews, type ProcessNewsOptions } from './counting/process-news.js'
import { SeriesMemory } from './counting/series-memory.js'
import { Submitter } from './counting/submitter.js'
import { Dispatcher } from './dispatch/dispatcher.js'
import type { Events } from './events.js'
import { LocalFallback } from './fallback/local-fallback.js'
import { startHeartbeat } from './heartbeat.js'
import { FirstConfigHold } from './intake/first-config-hold.js'
import { Intake } from './intake/intake.js'
import { KeepAlive } from './keep-alive.js'
import { createLifecycle } from './lifecycle.js'
import { SilencesInForce } from './silences-in-force.js'
import { type Counters, newCounters, type Stats } from './stats.js'

/** Counts errors and calls the webhook. `createEvaluator` makes one. */
export interface Evaluator {
  /**
   * Hands in a record; members that are left out are blank. It is an error where its status code reaches
   * `statusCodeThreshold`, or where its message is not blank. Returns at once and never throws.
   */
  observe(record: GivenRecord): void
  /**
   * Submits without delay. Resolves when everything observed until now is counted, and what that raised has had its
   * first attempt, or after `closeTimeoutMs`. Never rejects.
   */
  flush(): Promise<void>
  /** A copy of the counters as they are now. */
  stats(): Stats
  /**
   * Calls the listener with each event of this name from now on: `alert`, `delivered`, `resolved` or `warning`. What a listener throws
   * is counted as `listenerErrors` and goes no further. Returns this evaluator.
   */
  on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): Evaluator
  /** Calls the listener no more. Returns this evaluator. */
  off<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): Evaluator
  /**
   * Flushes within `closeTimeoutMs`, then releases every timer and connection. Records that are handed in later are
   * ignored. A second call returns the first one's promise. Never rejects.
   */
  close(): Promise<void>
}

/** An evaluator that takes lines, for transports. Every method returns at once and never throws. */
export interface LineEvaluator extends Evaluator {
  /**
   * Hands in `text`, which holds this many whole lines of JSON. `parse` gets runs of those that must be parsed, which
   * are few, and hands each line of a run to `observeParsed` before it returns.
   */
  observeText(text: string, lines: number, parse: (lines: string) => void): void
  /** Hands in what a line of `observeText` holds; undefined where it is not JSON. */
  observeParsed(value: unknown): void
  /** Hands in a line that is an object already. */
  observeLine(line: Line): void
  /** Hands in a line that another thread has read, and counted as observed. */
  observeRead(line: ReadLine): void
  /** Counts lines with a status that another thread has read and that are no errors, where no rule looks at them. */
  observeRequests(requests: number): void
  /** Counts lines that cannot be read. */
  skip(lines: number): void
  /**
   * Flushes where the process ends after `maxMs`: Redis is waited for only as long as that leaves time to judge alone
   * and deliver. Resolves after `maxMs` or `closeTimeoutMs`, whichever is shorter. Never rejects.
   */
  flushWithin(maxMs: number): Promise<void>
  /** Sets what the logger says of its lines from now on; the options win where they say otherwise. */
  useLogger(logger: LoggerTraits): void
  /** Entries in memory, by what holds them; each number is bounded. */
  sizes(): Readonly<Record<string, number>>
}

/** Parts that may take the place of the usual ones. */
export interface EvaluatorParts {
  readonly clock?: Clock
  readonly store?: Store
  readonly http?: Pick<HttpClient, 'get' | 'post' | 'close'>
  /** How lines come in, for operators. @defaultValue `'evaluator'` */
  readonly logger?: LoggerName
  /** Where this evaluator counts what it does. */
  readonly counters?: Counters
  /**
   * Gives the counters whose growth the fleet adds up, where another thread keeps some of them.
   * @defaultValue the evaluator's own
   */
  readonly stats?: () => Stats
  /** Called each time the shared config has been read, with the rules that count from then on. */
  readonly onRules?: (rules: readonly RuleSettings[]) => void
}

/**
 * Makes an evaluator: hand it records, it counts the errors among them with the rest of the fleet, and calls the webhook.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem of the options at once
 * @example
 * const evaluator = createEvaluator({ url: 'https://example.test/hook', threshold: 5, redis: 'redis://localhost:6379' })
 * evaluator.observe({ statusCode: 503, errorMessage: 'db timeout' })
 * await evaluator.close()
 */
export function createEvaluator(options: LogsirenOptions = {}): Evaluator {
  return createLineEvaluator(options)
}

/**
 * Makes an evaluator that takes lines.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem of the options at once
 */
export function createLineEvaluator(input: unknown, parts: EvaluatorParts = {}): LineEvaluator {
  const options = parseOptions(input)
  checkRuntime()
  // What is opened here, such as a connection, stays open: of a request that happens to make it it must know nothing.
  return outsideRequests(() => open(options, parts))
}

function open(options: LogsirenOptions, parts: EvaluatorParts): LineEvaluator {
  const clock = withSuspensions(parts.clock ?? systemClock)
  const closeTimeoutMs = options.closeTimeoutMs ?? DEFAULT_CLOSE_TIMEOUT_MS
  const counters = parts.counters ?? newCounters()
  const announcer = new Announcer(counters, clock)
  const config = new ConfigInForce(options, announcer, counters, clock)
  const store = parts.store ?? openStore(options, clock)
  const http =
    parts.http ??
    new HttpClient({
      allowPrivate: options.allowPrivateDestinations ?? true,
      proxy: options.proxy,
      connectTimeoutMs: closeTimeoutMs,
    })
  let closing: Promise<void> | undefined

  const keepAlive = new KeepAlive(clock, closeTimeoutMs)
  const backlog = new Backlog(clock, counters)
  const otherRequests = new OtherRequests(clock)
  const dueSeries = new DueSeries(clock)
  const memory = new SeriesMemory(clock)
  const shared = {
    clock,
    counters,
    announcer,
    backlog,
    otherRequests,
    dueSeries,
    memory,
    config,
    silences: new SilencesInForce(clock),
    keepAlive,
    hostname: hostnameIfKnown(),
  }
  const dispatcher = new Dispatcher({ ...shared, http })
  const mode = options.onRedisDown ?? DEFAULT_ON_REDIS_DOWN
  const fallback = store.isShared ? new LocalFallback({ ...shared, mode, dispatcher }) : undefined
  const toldHostname = hidesHostname(options) ? '' : shared.hostname
  const facts = (): ReturnType<ProcessNewsOptions['facts']> => ({
    service: intake.service,
    hostname: toldHostname,
    logger: parts.logger ?? 'evaluator',
    config: config.source,
  })
  const news = store.isShared ? new ProcessNews({ clock, stats: parts.stats ?? (() => counters), facts }) : undefined
  const submitter = new Submitter({ ...shared, store, fallback, dispatcher, news, stats: parts.stats })
  const onUnreadable = (): void => {
    counters.skipped += 1
  }
  const hold = store.isShared ? new FirstConfigHold(clock, onUnreadable) : undefined
  const intake = new Intake(
    { options, clock, counters, hold, keepAlive, sink: submitter, seeksService: store.isShared },
    countedRules(),
    config.ignoring,
  )
  const timeoutMs = (): number => Math.max(...config.rules.map((rule) => rule.timeoutMs))
  const lifecycle = createLifecycle({ clock, hold, settle: () => intake.settle(), submitter, dispatcher, timeoutMs })

  config.onRead(() => {
    intake.useRules(countedRules(), config.ignoring)
    parts.onRules?.(countedRules())
    hold?.release()
    keepAlive.update('hold', false)
  })
  submitter.start()
  const stopHeartbeat = heartbeat()
  const isUrlForgotten = !store.isShared && config.isUrlForgotten
  // In a turn of its own: nobody listens before the caller has the evaluator. One that is closed at once does not wait for it.
  if (isUrlForgotten) clock.after(0, () => config.checkDestination(), true)

  // Where the config is shared, errors count for a rule that is off, too. Only the next submission brings the config
  // that may switch it on, and they are judged under that; if it stays off, they are dropped.
  function countedRules(): readonly RuleSettings[] {
    return store.isShared ? config.rules : config.rules.filter((rule) => rule.enabled)
  }

  function heartbeat(): () => void {
    const { heartbeatUrl: url = '', heartbeatSeconds = DEFAULT_HEARTBEAT_SECONDS } = options
    if (url === '') return () => {}
    const stats = parts.stats ?? (() => counters)
    return startHeartbeat({
      clock,
      beats: store.beats,
      http,
      announcer,
      url,
      periodMs: 1000 * heartbeatSeconds,
      lines: () => stats().observed,
      isCounting: () => submitter.isAnswered,
    })
  }

  /** `input` is a parameter of its own, so that no line costs a closure. */
  function guarded<T>(lines: number, task: (input: T) => void, input: T): void {
    if (closing !== undefined) return
    counters.observed += lines
    try {
      task(input)
    } catch {
      // The line's own code threw, such as a getter or a proxy. The line is passed over, since logging must go on.
      counters.skipped += 1
    }
  }

  async function close(): Promise<void> {
    stopHeartbeat()
    news?.leave()
    if (isUrlForgotten) config.checkDestination()
    await lifecycle.finish(closeTimeoutMs)
    hold?.release()
    intake.settle()
    submitter.close()
    dispatcher.close()
    await Promise.all([http.close(), store.close()])
    keepAlive.release()
  }

  const takeRecord = (record: GivenRecord): void => intake.takeRecord(record)
  const takeLine = (line: Line): void => intake.takeLine(line)
  const takeMembers = (line: Line): void => intake.takeMembers(line)
  const takeRead = (line: ReadLine): void => intake.takeRead(line)
  const takeRequests = (requests: number): void => intake.takeRequests(requests)

  const evaluator: LineEvaluator = {
    observe: (record) => guarded(1, takeRecord, record),
    observeText: (text, lines, parse) => guarded(lines, () => intake.takeText(text, parse), undefined),
    observeParsed: (value) => {
      if (isObject(value)) guarded(0, takeLine, { members: value, isParsed: true })
      else counters.skipped += 1
    },
    observeLine: (line) => guarded(1, takeMembers, line),
    observeRead: (line) => guarded(0, takeRead, line),
    observeRequests: (requests) => guarded(0, takeRequests, requests),
    skip: (lines) => {
      counters.observed += lines
      counters.skipped += lines
    },
    useLogger: (logger) => intake.useLogger(logger),
    flush: () => lifecycle.flush(closeTimeoutMs),
    flushWithin: (maxMs) => lifecycle.finish(Math.min(maxMs, closeTimeoutMs)),
    stats: () => ({ ...counters }),
    sizes: () => ({
      ...backlog.sizes,
      requests: otherRequests.size,
      due: dueSeries.size,
      remembered: memory.size,
      deliveries: dispatcher.size,
      local: fallback?.size ?? 0,
    }),
    on: (event, listener) => {
      announcer.on(event, listener)
      return evaluator
    },
    off: (event, listener) => {
      announcer.off(event, listener)
      return evaluator
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
  return evaluator
}

/** Whether the host name of lines is redacted: that of the process may be the same. */
function hidesHostname({ redact = [] }: LogsirenOptions): boolean {
  const redacted = redact.map((path) => path.split('.'))
  return hostnamePaths.some((path) => isRedacted(path, redacted))
}

/** The machine's name; blank where the system refuses to tell it, as in some sandboxes. */
function hostnameIfKnown(): string {
  try {
    return hostname()
  } catch {
    return ''
  }
}
