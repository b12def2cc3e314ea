// Where the parts meet: lines and records in, counts to the store, alerts to their receivers.
import { type Clock, systemClock } from '../clock.js'
import { DEFAULT_CLOSE_TIMEOUT_MS, DEFAULT_MIN_LEVEL } from '../config/defaults.js'
import type { LogsirenOptions } from '../config/options.js'
import { parseOptions } from '../config/parse-options.js'
import { HttpClient } from '../deliver/http-client.js'
import { couldBeError } from '../record/line-error.js'
import type { Line } from '../record/line-reader.js'
import { type GivenRecord, toLogRecord } from '../record/log-record.js'
import { compileMapper } from '../record/map-line.js'
import { RequestDedupe } from '../record/request-dedupe.js'
import { type SeverityScale, standardScale } from '../record/severity.js'
import { openStore } from '../store/open-store.js'
import type { Store } from '../store/store.js'
import { ConfigInForce } from './config-in-force.js'
import { Announcer, type Events } from './events.js'
import { HeldRecords, type Observed } from './held-records.js'
import { createJudge } from './judge.js'
import { KeepAlive } from './keep-alive.js'
import { newCounters, type Stats } from './stats.js'
import { Submitter } from './submitter.js'
import { Teller } from './teller.js'

/** Counts errors and calls the webhook; see `createEvaluator`. */
export interface Evaluator {
  /** Hands in a record; members left out are blank. Returns at once and never throws. */
  observe(record: GivenRecord): void
  /**
   * Submits at once: what was observed is counted, and what that raised has had its first attempt.
   * Never rejects, and resolves after `closeTimeoutMs` at the latest.
   */
  flush(): Promise<void>
  /** The counters as they are now. */
  stats(): Stats
  on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): Evaluator
  off<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): Evaluator
  /** Flushes within `closeTimeoutMs`, then releases everything; what is observed later is ignored. Never rejects. */
  close(): Promise<void>
}

/** How a logger writes its lines. */
export interface LoggerTraits {
  readonly scale: SeverityScale
  readonly messageKey?: string
  readonly errorKey?: string
}

/** What transports need beyond that: lines instead of records. */
export interface LineEvaluator extends Evaluator {
  /** Hands in a line as its logger wrote it, read when it is needed. Returns at once and never throws. */
  observeLine(read: () => Line): void
  /** Counts lines that were passed over before they could be read. */
  skip(lines: number): void
  /** What the logger says of itself, from now on; the options win where they say otherwise. */
  useLogger(logger: LoggerTraits): void
}

/** What a test may put in place of the real ones. */
export interface EvaluatorParts {
  readonly clock?: Clock
  readonly store?: Store
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

/** The same for transports; `options` are checked here. */
export function createLineEvaluator(input: unknown, parts: EvaluatorParts = {}): LineEvaluator {
  const options = parseOptions(input)
  const { clock = systemClock } = parts
  const closeTimeoutMs = options.closeTimeoutMs ?? DEFAULT_CLOSE_TIMEOUT_MS
  const counters = newCounters()
  const announcer = new Announcer(counters, clock)
  const config = new ConfigInForce(options, announcer, counters)
  const store = parts.store ?? openStore(options, clock)
  const http = new HttpClient({ allowPrivate: options.allowPrivateDestinations ?? true })
  const keepAlive = new KeepAlive(clock, closeTimeoutMs)
  let mapLine = compileMapper(options)
  let scale = standardScale
  let closing: Promise<void> | undefined

  const onChange = (): void => keepAlive.update(submitter.isBusy || teller.isBusy || held?.isEmpty === false)
  const teller: Teller = new Teller({ store, http, clock, counters, announcer, onChange })
  let held: HeldRecords | undefined
  const submitter: Submitter = new Submitter({
    store,
    clock,
    counters,
    announcer,
    rules: () => config.rules,
    onConfig: (stored) => {
      config.adopt(stored)
      held?.release()
    },
    onClaim: (rule, claim) => teller.tell(rule, claim),
    onChange: () => queueMicrotask(onChange),
  })
  const judge = createJudge({
    minSeverity: standardScale(options.minLevel ?? DEFAULT_MIN_LEVEL) ?? 0,
    dedupe: options.dedupeRequests === false ? undefined : new RequestDedupe(),
  })
  if (store.isShared) held = new HeldRecords(count, clock)

  function count(observed: Observed): void {
    // Where the config is shared, a rule that is off counts too: its next submission may bring the config that switches
    // it on, and is judged under that one; if it does not, the counts are dropped.
    const rules = store.isShared ? config.rules : config.rules.filter((rule) => rule.enabled)
    const verdict = judge(observed, rules)
    if (verdict.kind === 'error') {
      counters.errors += 1
      for (const rule of verdict.rules) submitter.count(rule, observed.record, observed.monotonicMs, observed.wallMs)
    } else if (verdict.kind === 'further') {
      counters.duplicates += 1
      for (const rule of verdict.rules) submitter.improve(rule, verdict.record)
    }
  }

  function take(observed: Observed): void {
    if (held === undefined || held.isReleased) count(observed)
    else if (couldBeError(observed.record)) {
      held.hold(observed)
      onChange()
    }
  }

  function guarded(task: () => void): void {
    if (closing !== undefined) return
    counters.observed += 1
    try {
      task()
    } catch {
      // A getter that throws, a proxy, an object from nowhere: passed over, since logging must go on.
      counters.skipped += 1
    }
  }

  const moment = (): { monotonicMs: number; wallMs: number } => ({
    monotonicMs: clock.monotonicMs(),
    wallMs: clock.nowMs(),
  })

  async function drain(): Promise<void> {
    if (held?.isReleased === false) await submitter.flush()
    await submitter.flush()
    await teller.idle()
  }

  async function flush(): Promise<void> {
    let cancel = (): void => {}
    const deadline = new Promise<void>((resolve) => {
      cancel = clock.after(closeTimeoutMs, resolve, true)
    })
    await Promise.race([drain(), deadline])
    cancel()
  }

  async function close(): Promise<void> {
    await flush()
    held?.release()
    submitter.close()
    teller.close()
    await Promise.all([http.close(), store.close()])
    keepAlive.update(false)
  }

  const evaluator: LineEvaluator = {
    observe: (record) => guarded(() => take({ kind: 'record', record: toLogRecord(record), ...moment() })),
    observeLine: (read) =>
      guarded(() => {
        const mapped = mapLine(read(), scale)
        if (mapped.kind === 'record') take({ kind: 'line', record: mapped.record, ...moment() })
        else if (mapped.kind === 'blank') counters.skipped += 1
      }),
    skip: (lines) => {
      counters.observed += lines
      counters.skipped += lines
    },
    useLogger: ({ scale: announced, ...keys }) => {
      scale = announced
      mapLine = compileMapper({ ...keys, ...options })
    },
    flush,
    stats: () => ({ ...counters }),
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
