// One process of the fleet: a real evaluator on a clock of its own, over a link and receivers that can fail.
import { type Clock, withSuspensions } from '../../src/clock.js'
import type { RuleSettings } from '../../src/config/settings.js'
import { createLineEvaluator, type LineEvaluator } from '../../src/evaluator/evaluator.js'
import { RedisStore } from '../../src/store/redis/redis-store.js'
import type { Owner, Timeline } from './events.js'
import { EPOCH_MS, type Host } from './host.js'
import { type Journal, type Life, MANY, type RuleView, type RuleViews } from './journal.js'
import { type Line, Link } from './link.js'
import { fleetOf, isBatch, isCounted, weightOf } from './observed.js'
import { CONFIG_KEY, HEARTBEAT_URL, IGNORED_MODEL, type Plan, type ProcessPlan, rulesOf } from './plan.js'
import { dice } from './random.js'
import { groupOf, messageOf, type Receivers, raisedMs } from './receivers.js'

export interface World {
  readonly plan: Plan
  readonly timeline: Timeline
  readonly host: Host
  readonly receivers: Receivers
  readonly journal: Journal
  readonly hit: (kind: string) => void
}

/** An error that a process logs. */
export interface Logged {
  readonly model: string
  readonly group: string
  /** Of which kind it is, where its rule asks for new ones; else blank. */
  readonly error: string
  readonly isLine: boolean
}

/** An event follows what it reports within this time, where Redis answers. */
const LATE_EVENT_MS = 2000

export class SimProcess implements Owner {
  readonly name: string
  readonly version: number
  readonly life: Life
  isDead = false
  isFrozen = false
  /** While it closes, the evaluator ignores errors. */
  isClosing = false
  rules: RuleViews
  readonly #world: World
  readonly #link: Link
  readonly #evaluator: LineEvaluator
  readonly #deferred: (() => void)[] = []
  #suspendedMs = 0
  #frozenSinceMs = 0
  #isSuspended = false
  /** When the oldest call was made that has no answer yet. */
  #unansweredSinceMs: number | undefined
  /** For each of the last answers, the earliest time at which Redis may have done what it says. */
  #answeredSinceMs: readonly number[]

  constructor(world: World, given: ProcessPlan, version: number, line: Line) {
    const { plan, timeline, host, receivers, journal, hit } = world
    this.#world = world
    this.name = given.name
    this.version = version
    this.#answeredSinceMs = [timeline.nowMs]
    const number = journal.lives.length
    this.life = {
      process: given.name,
      number,
      startMs: timeline.nowMs,
      endMs: undefined,
      end: undefined,
      observedTimes: [],
      readTimes: [],
      dropped: 0,
      abandoned: 0,
      ignorable: 0,
      ignored: 0,
      uncertainSinceMs: timeline.nowMs,
      wasCutOff: false,
    }
    journal.lives.push(this.life)
    const diceOf = (what: string) => dice(`${plan.seed}/${given.name}/${what}/${number}`)
    // The evaluator wraps its clock in the same way, and the store has to date errors by the clock that they were counted with.
    const clock = withSuspensions(this.#clock(given.skewMs, diceOf('clock').next))

    this.#link = new Link({
      timeline,
      host,
      owner: this,
      clock,
      line,
      latencyMs: given.latencyMs,
      dice: diceOf('net'),
      onHit: hit,
      onCall: (keys, args) => this.#called(keys, args),
      onReply: (keys, reply) => this.#answered(keys, reply),
    })
    const store = new RedisStore({
      connection: this.#link,
      configKey: CONFIG_KEY,
      clock,
      serverClock: host.clockLua,
      clientId: `${given.name}x${number}`,
    })
    const options = {
      rules: rulesOf(plan, version, [given.name]),
      ignore: [{ model: IGNORED_MODEL }],
      onRedisDown: given.onRedisDown,
      statusCodeThreshold: 500,
      ...(plan.heartbeatSeconds !== undefined && {
        heartbeatUrl: HEARTBEAT_URL,
        heartbeatSeconds: plan.heartbeatSeconds,
      }),
    }
    this.rules = Object.fromEntries(
      options.rules.map((rule) => {
        const view: RuleView = {
          isEnabled: true,
          url: rule.url,
          threshold: rule.threshold,
          windowMs: 1000 * rule.windowSeconds,
          cooldownMs: 1000 * rule.cooldownSeconds,
          sendResolved: rule.sendResolved === true,
          isFixed: rule.windowType === 'fixed',
          newOnly: rule.newOnly === true,
          learnMs: 1000 * (rule.learnSeconds ?? 0),
          maxAlertsPerMinute: rule.maxAlertsPerMinute ?? 0,
          percent: rule.percent ?? 0,
        }
        return [rule.name, view]
      }),
    )
    journal.adoptions.push({ life: number, atMs: timeline.nowMs, rules: this.rules, isInitial: true })
    this.#evaluator = createLineEvaluator(options, {
      clock,
      store,
      http: receivers.clientOf({ timeline, owner: this, clock, dice: diceOf('http'), journal, life: number }),
      onRules: (rules) => this.#adopted(rules),
    })
    this.#listen()
  }

  log({ model, group, error, isLine }: Logged): void {
    const text = error === '' ? `failure of ${model} ${group}` : messageOf(error)
    if (isLine) this.#evaluator.observeLine({ members: { level: 50, time: EPOCH_MS, msg: text, model, group } })
    else this.#evaluator.observe({ model, group, statusCode: 503, errorMessage: text })
    this.life.readTimes.push(this.#world.timeline.nowMs)
    if (model === IGNORED_MODEL) this.life.ignorable += 1
    else this.life.observedTimes.push(this.#world.timeline.nowMs)
  }

  /** Answers a request of the rule `share` well. */
  succeed(): void {
    this.#evaluator.observe({ model: 'share', statusCode: 200 })
    this.life.readTimes.push(this.#world.timeline.nowMs)
    this.#world.journal.requests.push(this.#world.timeline.nowMs)
  }

  freeze(isSuspended: boolean): void {
    this.isFrozen = true
    this.#isSuspended = isSuspended
    this.#frozenSinceMs = this.#world.timeline.nowMs
  }

  /** Lets the process go on: events that were put off happen now. */
  thaw(): void {
    if (!this.isFrozen) return
    const { timeline } = this.#world
    this.isFrozen = false
    if (this.#isSuspended) this.#suspendedMs += timeline.nowMs - this.#frozenSinceMs
    for (const run of this.#deferred.splice(0)) timeline.at(timeline.nowMs, run, { owner: this })
  }

  defer(run: () => void): void {
    this.#deferred.push(run)
  }

  cutLine(): void {
    this.#link.cut()
  }

  kill(): void {
    this.#note()
    this.life.wasCutOff = this.#link.hasUnanswered || this.#unansweredSinceMs !== undefined
    this.#end('killed')
  }

  async close(): Promise<void> {
    this.isClosing = true
    await this.#evaluator.close()
    if (this.isDead) return
    this.#note()
    this.#end('closed')
  }

  /** Writes the counters and sizes of its evaluator into the journal. */
  note(): void {
    this.#note()
    for (const [name, size] of Object.entries(this.#evaluator.sizes?.() ?? {})) {
      const { sizes } = this.#world.journal
      sizes[name] = Math.max(sizes[name] ?? 0, size)
    }
  }

  #note(): void {
    const { dropped, abandoned, ignored } = this.#evaluator.stats()
    Object.assign(this.life, { dropped, abandoned, ignored })
  }

  #end(end: 'killed' | 'closed'): void {
    this.isDead = true
    this.life.end = end
    this.life.endMs = this.#world.timeline.nowMs
  }

  #clock(skewMs: number, random: () => number): Clock {
    const { timeline } = this.#world
    const monotonicMs = (): number => 1000 + timeline.nowMs - this.#suspendedMs
    return {
      nowMs: () => Math.floor(EPOCH_MS + timeline.nowMs + skewMs),
      monotonicMs,
      random,
      after: (delayMs, task) => {
        const dueMs = monotonicMs() + delayMs
        // An event that was put off while the process was frozen cannot be cancelled, so it checks here.
        let isCancelled = false
        let cancel = (): void => {}
        const run = (): void => {
          const leftMs = dueMs - monotonicMs()
          if (isCancelled) return
          if (leftMs > 1e-6) cancel = timeline.at(timeline.nowMs + leftMs, run, { owner: this })
          else task()
        }
        cancel = timeline.at(timeline.nowMs + Math.max(0, delayMs), run, { owner: this })
        return () => {
          isCancelled = true
          cancel()
        }
      },
    }
  }

  #called(keys: readonly string[], args: readonly (string | number)[]): void {
    const { journal, timeline } = this.#world
    const { count, bytes } = weightOf(keys, args)
    journal.maxArguments = Math.max(journal.maxArguments, count)
    journal.maxBytes = Math.max(journal.maxBytes, bytes)
    if (!isBatch(keys, CONFIG_KEY)) return
    journal.batchCalls.push({ life: this.life.number, atMs: timeline.nowMs })
    this.#unansweredSinceMs ??= timeline.nowMs
  }

  #answered(keys: readonly string[], reply: unknown): void {
    const { journal, timeline } = this.#world
    if (reply instanceof Error) journal.failures.push(`Redis said: ${reply.message}`)
    if (!isBatch(keys, CONFIG_KEY) || !isCounted(reply)) return
    journal.fleets.push({ life: this.life.number, atMs: timeline.nowMs, fleet: fleetOf(reply) })
    this.life.uncertainSinceMs = this.#unansweredSinceMs ?? this.life.uncertainSinceMs
    this.#answeredSinceMs = [...this.#answeredSinceMs.slice(-2), this.life.uncertainSinceMs]
    this.#unansweredSinceMs = undefined
  }

  /** The earliest time at which an alert may have been raised that is reported now: its event may come some answers later. */
  get #raisedSinceMs(): number {
    const { nowMs } = this.#world.timeline
    const last = this.#answeredSinceMs.at(-1) ?? nowMs
    const recent = this.#answeredSinceMs.find((ms) => ms > nowMs - LATE_EVENT_MS) ?? last
    return Math.min(last, recent, this.#unansweredSinceMs ?? nowMs)
  }

  #adopted(rules: readonly RuleSettings[]): void {
    const { journal, timeline } = this.#world
    this.rules = Object.fromEntries(
      rules.map((rule) => {
        const { url, threshold, windowMs, cooldownMs, sendResolved, newOnly, learnMs, maxAlertsPerMinute } = rule
        const isFixed = rule.windowType === 'fixed'
        const counting = {
          threshold,
          windowMs,
          cooldownMs,
          isFixed,
          newOnly,
          learnMs,
          maxAlertsPerMinute,
          percent: rule.percent,
        }
        return [rule.name, { isEnabled: rule.enabled, url, sendResolved, ...counting }]
      }),
    )
    journal.adoptions.push({ life: this.life.number, atMs: timeline.nowMs, rules: this.rules, isInitial: false })
  }

  #listen(): void {
    const { journal, timeline, hit } = this.#world
    this.#evaluator.on('alert', ({ id, rule, groupBy, count, threshold, windowSeconds, degraded }) => {
      const view = this.rules[rule]
      const group = groupOf(groupBy)
      if (group === MANY) hit('alert for many groups')
      if (view?.newOnly === true) hit('alert of a new kind')
      if ((view?.percent ?? 0) > 0) hit('alert of a share')
      journal.alerts.push({
        id,
        rule,
        group,
        life: this.life.number,
        url: view?.url ?? '',
        // What an alert for many groups tells is known only once its first attempt begins; its id says when it was raised.
        fromMs: group === MANY && degraded !== true ? Math.min(this.#raisedSinceMs, raisedMs(id)) : this.#raisedSinceMs,
        atMs: timeline.nowMs,
        threshold,
        windowMs: 1000 * windowSeconds,
        cooldownMs: view?.cooldownMs ?? 0,
        isFixed: view?.isFixed ?? false,
        isDegraded: degraded === true,
        count,
      })
    })
    this.#evaluator.on('warning', ({ code, message }) => {
      journal.warnings.push({ life: this.life.number, atMs: timeline.nowMs, code, message })
    })
  }
}
