// Plays a plan from the first start of a process to the end of the peace, in a world of its own on the one server.
import { createHash } from 'node:crypto'
import { addSilenceScript, endSilenceScript } from '../../src/store/config/silence-scripts.js'
import { keyNames } from '../../src/store/redis/keys.js'
import { drained, Timeline } from './events.js'
import { Host } from './host.js'
import { type ConfigWrite, type Journal, newJournal, type SilenceSeen, seriesName } from './journal.js'
import type { Line } from './link.js'
import { isRingOf } from './observed.js'
import {
  type Action,
  ALL_RULE,
  CONFIG_KEY,
  IGNORED_MODEL,
  ownRule,
  type Plan,
  type ProcessPlan,
  type RuleKind,
} from './plan.js'
import { type Logged, SimProcess, type World } from './process.js'
import { dice } from './random.js'
import { Receivers } from './receivers.js'
import type { Server } from './server.js'
import { VIRTUAL_CLOCK } from './virtual-time.js'

const RETRY_WRITE_MS = 250
/** The hum stops this long before the end, so that all of it is counted by then. */
const QUIET_END_MS = 30_000
const HEAL_SPREAD_MS = 50
const LOOK_MS = 2500
const SILENCES_KEY = keyNames(CONFIG_KEY, false).silences

export async function play(server: Server, plan: Plan): Promise<Journal> {
  const journal = newJournal()
  const fail = (error: unknown): void => {
    journal.failures.push(`not caught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }
  process.on('unhandledRejection', fail)
  try {
    await server.command('FLUSHALL')
    const stage = new Stage(server, plan, journal)
    await stage.run()
    await drained()
  } catch (error) {
    fail(error)
  } finally {
    process.off('unhandledRejection', fail)
  }
  return journal
}

/** A hash of a run, equal for equal runs. It leaves out texts that hold the name of this machine. */
export function traceOf(journal: Journal): string {
  const { alerts, attempts, beats, warnings, writes, lives, batchCalls, counted, maxBytes } = journal
  const hash = createHash('sha1')
  hash.update(JSON.stringify([alerts, attempts, beats, warnings, writes, lives, batchCalls, counted, maxBytes]))
  return hash.digest('hex')
}

class Stage {
  readonly #plan: Plan
  readonly #journal: Journal
  readonly #timeline = new Timeline()
  readonly #host: Host
  readonly #receivers: Receivers
  readonly #world: World
  readonly #running = new Map<string, SimProcess>()
  readonly #lines = new Map<string, Line>()
  #config: string | undefined

  constructor(server: Server, plan: Plan, journal: Journal) {
    this.#plan = plan
    this.#journal = journal
    this.#host = new Host(server, this.#timeline)
    const hit = (kind: string): void => {
      journal.hits[kind] = (journal.hits[kind] ?? 0) + 1
    }
    this.#receivers = new Receivers(hit)
    this.#world = { plan, timeline: this.#timeline, host: this.#host, receivers: this.#receivers, journal, hit }
  }

  async run(): Promise<void> {
    const { processes, actions, troubleMs, peaceMs } = this.#plan
    const journal = this.#journal
    journal.healMs = troubleMs
    journal.endMs = troubleMs + peaceMs
    journal.heartbeatMs = 1000 * (this.#plan.heartbeatSeconds ?? 0)
    processes.forEach((given, i) => void this.#timeline.at(i, () => this.#start(given.name, given.version)))
    for (const given of processes) this.#hum(given)
    for (const action of actions) this.#timeline.at(action.atMs, () => this.#do(action))
    this.#timeline.at(troubleMs, () => this.#heal())
    this.#look()
    await this.#timeline.runUntil(journal.endMs)
    for (const running of this.#running.values()) {
      running.note()
      running.isDead = true
    }
    journal.counted = await this.#countAll()
  }

  /** Notes the sizes and counters of each process, every `LOOK_MS`. */
  #look(): void {
    for (const running of this.#running.values()) running.note()
    this.#timeline.at(this.#timeline.nowMs + LOOK_MS, () => this.#look())
  }

  #start(name: string, version: number): void {
    const given = this.#plan.processes.find((one) => one.name === name)
    if (given === undefined || this.#running.has(name)) return
    this.#running.set(name, new SimProcess(this.#world, given, version, this.#lineOf(name)))
  }

  #lineOf(name: string): Line {
    const known = this.#lines.get(name) ?? { isDown: false, isMute: false, lossRatio: 0, delayMs: 0, bytesPerMs: 0 }
    this.#lines.set(name, known)
    return known
  }

  #hum({ name, humPerSecond }: ProcessPlan): void {
    if (humPerSecond === 0) return
    const { next } = dice(`${this.#plan.seed}/${name}/hum`)
    const timeline = this.#timeline
    const hum = (): void => {
      this.#log(name, { model: 'hum', group: '', error: '', isLine: true })
      const nextMs = timeline.nowMs + (2000 * next()) / humPerSecond
      if (nextMs < this.#journal.endMs - QUIET_END_MS) timeline.at(nextMs, hum)
    }
    timeline.at(500 + 500 * next(), hum)
  }

  /** Has a process log an error; returns when it did, undefined where the process does not run. */
  #log(name: string, logged: Logged): number | undefined {
    const running = this.#running.get(name)
    if (running === undefined || running.isFrozen || running.isClosing) return undefined
    running.log(logged)
    const { model, group, error, isLine } = logged
    if (isLine || model === IGNORED_MODEL) return undefined
    const atMs = this.#timeline.nowMs
    const series = seriesName(model, group)
    const times = this.#journal.errors.get(series) ?? []
    this.#journal.errors.set(series, times)
    times.push(atMs)
    if (error !== '') this.#journal.kinds.push({ life: running.life.number, rule: model, error, atMs })
    return atMs
  }

  #do(action: Action): void {
    switch (action.kind) {
      case 'burst':
        this.#burst(action, ruleName(action.rule, action.process), [action.group ?? ''], action.count, action.error)
        break
      case 'storm':
        this.#burst(action, 'grouped', groupNames(action.groups), action.each)
        break
      case 'requests':
        this.#requests(action)
        break
      case 'ignored':
        this.#world.hit(action.kind)
        for (let i = 0; i < action.count; i += 1)
          this.#log(action.process, { model: IGNORED_MODEL, group: '', error: '', isLine: i % 2 === 0 })
        break
      case 'silence':
        this.#silence(action)
        break
      case 'roar':
        this.#roar(action)
        break
      case 'line':
        this.#line(action)
        break
      case 'kill':
      case 'close':
      case 'restart':
        this.#leave(action)
        break
      case 'suspend':
      case 'stall':
        this.#freeze(action)
        break
      case 'redis down':
      case 'redis hang':
        this.#redis(action)
        break
      case 'redis forgets':
        this.#world.hit(action.kind)
        this.#journal.flushes.push(this.#timeline.nowMs)
        for (const silence of this.#journal.silences) silence.endedMs ??= this.#timeline.nowMs
        void this.#host.command('FLUSHALL')
        if (this.#config !== undefined) void this.#host.command('SET', CONFIG_KEY, this.#config)
        break
      case 'step':
        this.#world.hit(action.byMs < 0 ? 'step back' : 'step ahead')
        this.#host.clockOffsetMs += action.byMs
        this.#journal.steps.push({ atMs: this.#timeline.nowMs, byMs: action.byMs })
        break
      case 'receiver':
        this.#receiver(action)
        break
      case 'config':
        this.#write(action)
        break
      default:
        action satisfies never
    }
  }

  /** Has a process log `each` errors of each group, evenly over a span. */
  #burst(
    { process: name, spanMs }: { readonly process: string; readonly spanMs: number },
    rule: string,
    groups: readonly string[],
    each: number,
    error = '',
  ): void {
    const { lives, bursts } = this.#journal
    const total = groups.length * each
    const life = this.#running.get(name)?.life.number
    const times = new Map<string, number[]>(groups.map((group) => [group, []]))
    const startMs = this.#timeline.nowMs
    const step = total > 1 ? spanMs / (total - 1) : 0
    const log = (from: number): void => {
      let i = from
      for (const slice = Math.floor(i * step); i < total && Math.floor(i * step) === slice; i += 1) {
        const group = groups[i % groups.length] ?? ''
        const atMs = this.#log(name, { model: rule, group, error, isLine: false })
        if (atMs !== undefined) times.get(group)?.push(atMs)
      }
      if (i < total) this.#timeline.at(startMs + Math.floor(i * step), () => log(i))
      else if (life !== undefined && lives[life]?.end === undefined && this.#running.get(name)?.life.number === life)
        for (const [group, at] of times) bursts.push({ life, rule, group, error, times: at })
    }
    log(0)
  }

  #requests({ process: name, count, spanMs }: Action & { kind: 'requests' }): void {
    const startMs = this.#timeline.nowMs
    for (let i = 0; i < count; i += 1) {
      this.#timeline.at(startMs + Math.floor((i * spanMs) / count), () => {
        const running = this.#running.get(name)
        if (running !== undefined && !running.isFrozen && !running.isClosing && !running.isDead) running.succeed()
      })
    }
  }

  #roar({ process: name, groups, everyMs, forMs }: Action & { kind: 'roar' }): void {
    this.#world.hit('roar')
    const names = groupNames(groups)
    const untilMs = this.#timeline.nowMs + forMs
    const again = (): void => {
      for (const group of names) this.#log(name, { model: 'grouped', group, error: '', isLine: false })
      if (this.#timeline.nowMs + everyMs < untilMs) this.#timeline.at(this.#timeline.nowMs + everyMs, again)
    }
    again()
  }

  #line({ process: name, fault, forMs, value }: Action & { kind: 'line' }): void {
    const line = this.#lineOf(name)
    this.#disturb(name, `line ${fault}`, forMs, () => healLine(line))
    if (fault === 'down') {
      line.isDown = true
      this.#running.get(name)?.cutLine()
    } else if (fault === 'mute') line.isMute = true
    else if (fault === 'flaky') line.lossRatio = value
    else if (fault === 'slow') line.delayMs = value
    else line.bytesPerMs = value
  }

  #leave(action: Action & { kind: 'kill' | 'close' | 'restart' }): void {
    const { process: name, kind } = action
    const running = this.#running.get(name)
    if (running === undefined || running.isClosing || (running.isFrozen && kind !== 'kill')) return
    this.#world.hit(kind)
    const version = action.kind === 'restart' ? action.version : running.version
    const restart = (afterMs: number): void => {
      this.#running.delete(name)
      this.#timeline.at(this.#timeline.nowMs + afterMs, () => this.#start(name, version))
    }
    this.#disturb(name, kind, action.kind === 'restart' ? 1000 : action.forMs, () => {})
    if (kind === 'kill') {
      running.kill()
      restart('forMs' in action ? action.forMs : 0)
    } else void running.close().then(() => restart('forMs' in action ? action.forMs : 500))
  }

  #freeze({ process: name, kind, forMs }: Action & { kind: 'suspend' | 'stall' }): void {
    const running = this.#running.get(name)
    if (running === undefined || running.isFrozen) return
    this.#world.hit(kind)
    running.freeze(kind === 'suspend')
    this.#disturb(name, kind, forMs, () => running.thaw())
  }

  #redis({ kind, forMs }: Action & { kind: 'redis down' | 'redis hang' }): void {
    this.#world.hit(kind)
    if (kind === 'redis down') this.#host.goDown()
    else this.#host.isHanging = true
    this.#disturb('redis', kind, forMs, () => {
      if (kind === 'redis down') this.#host.isDown = false
      else this.#host.resume()
    })
  }

  #receiver({ url, mode, forMs, status, retryAfterSeconds, delayMs }: Action & { kind: 'receiver' }): void {
    this.#receivers.set(url, { mode, status, retryAfterSeconds, delayMs })
    this.#disturb(url, `receiver ${mode}`, forMs, () => this.#receivers.set(url, { mode: 'ok' }))
  }

  #write(action: Action & { kind: 'config' }): void {
    if (this.#host.isDown || this.#host.isHanging) {
      this.#timeline.at(this.#timeline.nowMs + RETRY_WRITE_MS, () => this.#write(action))
      return
    }
    const { isValid, off, movesUrls } = action
    this.#world.hit(isValid ? 'config' : 'config that is not valid')
    const text = action.text ?? undefined
    this.#config = text
    const write: ConfigWrite = { atMs: this.#timeline.nowMs, text, isValid, off, movesUrls }
    this.#journal.writes.push(write)
    void (text === undefined ? this.#host.command('DEL', CONFIG_KEY) : this.#host.command('SET', CONFIG_KEY, text))
  }

  #silence(action: Action & { kind: 'silence' }): void {
    if (this.#host.isDown || this.#host.isHanging) {
      this.#timeline.at(this.#timeline.nowMs + RETRY_WRITE_MS, () => this.#silence(action))
      return
    }
    const { silences } = this.#journal
    const { rule, group, forMs, endAfterMs } = action
    const atMs = this.#timeline.nowMs
    this.#world.hit(endAfterMs === undefined ? 'silence' : 'silence that is ended')
    const id = `s${String(silences.length).padStart(7, '0')}`
    const untilServerMs = Math.floor(atMs + this.#host.clockOffsetMs) + forMs
    const silence: SilenceSeen = { id, rule, group, atMs, untilServerMs, endedMs: undefined }
    silences.push(silence)
    const members = { id, rule, group: group === undefined ? undefined : { group } }
    void this.#host.run(
      addSilenceScript(VIRTUAL_CLOCK),
      [SILENCES_KEY],
      [`${id} began`, id, forMs, JSON.stringify(members).slice(1)],
    )
    if (endAfterMs !== undefined) this.#timeline.at(atMs + endAfterMs, () => this.#endSilence(silence))
  }

  #endSilence(silence: SilenceSeen): void {
    if (this.#host.isDown || this.#host.isHanging) {
      this.#timeline.at(this.#timeline.nowMs + RETRY_WRITE_MS, () => this.#endSilence(silence))
      return
    }
    silence.endedMs ??= this.#timeline.nowMs
    void this.#host.run(endSilenceScript(VIRTUAL_CLOCK), [SILENCES_KEY], [`${silence.id} ended`, silence.id])
  }

  /** Ends a trouble after `forMs`, or when everything heals. */
  #disturb(where: string, kind: string, forMs: number, end: () => void): void {
    const fromMs = this.#timeline.nowMs
    const untilMs = Math.min(fromMs + forMs, Math.max(fromMs, this.#plan.troubleMs))
    this.#journal.disturbances.push({ where, kind, fromMs, untilMs })
    this.#timeline.at(untilMs, end)
  }

  #heal(): void {
    this.#host.isDown = false
    this.#host.resume()
    this.#receivers.healAll()
    for (const line of this.#lines.values()) healLine(line)
    for (const running of this.#running.values()) running.thaw()
    this.#plan.processes.forEach(({ name, version }, i) => {
      this.#timeline.at(this.#timeline.nowMs + i * HEAL_SPREAD_MS, () => this.#start(name, version))
    })
  }

  /** How many errors Redis has counted for the rule that counts everything. */
  async #countAll(): Promise<number> {
    let total = 0
    const keys = await this.#host.command('KEYS', `${CONFIG_KEY}:ring:*`)
    for (const key of Array.isArray(keys) ? keys.map(String) : []) {
      if (!isRingOf(key, ALL_RULE)) continue
      total += Number(await this.#host.command('HGET', key, 'total'))
    }
    return total
  }
}

function ruleName(rule: RuleKind, process: string): string {
  return rule === 'own' ? ownRule(process) : rule
}

function groupNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `g${i}`)
}

function healLine(line: Line): void {
  Object.assign(line, { isDown: false, isMute: false, lossRatio: 0, delayMs: 0, bytesPerMs: 0 })
}
