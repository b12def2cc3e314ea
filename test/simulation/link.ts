// A process's connection to Redis that behaves as src/store/connection and ioredis do, with their timeouts and texts, over a line
// that can fail in every way. A request that was sent arrives, even if its process has been killed by then.
import type { Clock } from '../../src/clock.js'
import type { Script, ScriptRunner } from '../../src/store/script.js'
import type { Owner, Timeline } from './events.js'
import type { Host } from './host.js'
import type { Dice } from './random.js'

const COMMAND_TIMEOUT_MS = 3000
const CONNECT_TIMEOUT_MS = 5000
const LAST_RETRY_DELAY_MS = 2000
/** More arguments than these overflow V8's stack where they are spread. */
const MAX_SPREAD = 125_000

/** The faults of a line between a process and Redis. */
export interface Line {
  /** The line is cut, and new connections are refused. */
  isDown: boolean
  /** Nothing comes through, and nothing is refused. */
  isMute: boolean
  /** The share of requests that fail: the request or its reply is lost, or the connection is cut after it. */
  lossRatio: number
  delayMs: number
  /** The width of the line; 0 for no bound. */
  bytesPerMs: number
}

export interface LinkOptions {
  readonly timeline: Timeline
  readonly host: Host
  readonly owner: Owner
  readonly clock: Clock
  readonly line: Line
  readonly latencyMs: number
  readonly dice: Dice
  /** Called when a fault of the line had an effect. */
  readonly onHit: (kind: string) => void
  readonly onCall: (keys: readonly string[], args: readonly (string | number)[]) => void
  /** Called before a reply is handed over. */
  readonly onReply: (keys: readonly string[], reply: unknown) => void
}

type Settle = (error: Error | undefined, reply?: unknown) => void

export class Link implements ScriptRunner {
  readonly isCluster = false
  readonly #options: LinkOptions
  readonly #listeners: (() => void)[] = []
  readonly #waiting = new Set<() => void>()
  readonly #inFlight = new Set<Settle>()
  #state: 'idle' | 'connecting' | 'ready' | 'closed' = 'idle'
  /** Rises with each connection that is lost: replies over an earlier connection are ignored. */
  #generation = 0
  #failures = 0
  #lastError: string | undefined
  #lineFreeMs = 0

  constructor(options: LinkOptions) {
    this.#options = options
    options.host.onDown(() => this.cut())
  }

  get hasUnanswered(): boolean {
    return this.#inFlight.size > 0
  }

  onReady(listener: () => void): void {
    this.#listeners.push(listener)
  }

  open(): void {
    if (this.#state !== 'idle') return
    this.#connect()
  }

  close(): void {
    this.#state = 'closed'
    this.#generation += 1
    for (const done of [...this.#waiting]) done()
    this.#failAll('Connection is closed.')
  }

  async run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    this.#options.onCall(keys, args)
    if (this.#state !== 'ready') await this.#ready()
    if (this.#state !== 'ready') throw new Error(this.#isClosed ? 'closed' : (this.#lastError ?? 'not connected yet'))
    if (keys.length + args.length > MAX_SPREAD) throw new RangeError('Maximum call stack size exceeded')
    return this.#send(script, keys, args)
  }

  /** Breaks the connection now; its owner learns of it a latency later. */
  cut(): void {
    const { timeline, owner, latencyMs } = this.#options
    const generation = this.#generation
    timeline.at(timeline.nowMs + latencyMs, () => this.#lose(generation, 'read ECONNRESET'), { owner })
  }

  /** A getter, since TypeScript would take a field for unchanged after an `await`. */
  get #isClosed(): boolean {
    return this.#state === 'closed'
  }

  #send(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const { timeline, host, owner, clock, line, latencyMs, dice, onHit, onReply } = this.#options
    return new Promise((resolve, reject) => {
      const generation = this.#generation
      const settle: Settle = (error, reply) => {
        if (!this.#inFlight.delete(settle)) return
        cancel()
        if (error === undefined) resolve(reply)
        else reject(error)
      }
      this.#inFlight.add(settle)
      const cancel = clock.after(COMMAND_TIMEOUT_MS, () => {
        settle(new Error('Command timed out'))
        this.#lose(generation, undefined)
      })
      const [isRequestLost, isReplyLost, isCutAfter] = [0.4, 0.4, 0.2].map(
        (share) => dice.next() < share * line.lossRatio,
      )
      if (line.delayMs > 0) onHit('slow line')
      if (isRequestLost || isReplyLost || isCutAfter) onHit('flaky line')
      timeline.at(this.#arrivalMs(keys, args), () => {
        if (line.isDown || line.isMute) onHit(line.isMute ? 'mute line' : 'line down')
        if (line.isDown || line.isMute || isRequestLost) return
        host.receive(() => {
          const reply = host.run(script, keys, args)
          const backMs = timeline.nowMs + latencyMs * (0.5 + dice.next()) + line.delayMs
          if (isCutAfter) this.cut()
          const back = (value: unknown): void => {
            if (line.isMute) onHit('mute line')
            if (generation !== this.#generation || line.isMute || isReplyLost || isCutAfter) return
            onReply(keys, value)
            settle(value instanceof Error ? value : undefined, value)
          }
          timeline.at(backMs, back, { owner, reply })
        })
      })
    })
  }

  /** When a request arrives: through a thin line requests go one after the other. */
  #arrivalMs(keys: readonly string[], args: readonly (string | number)[]): number {
    const { timeline, line, latencyMs, dice, onHit } = this.#options
    let leftMs = timeline.nowMs
    if (line.bytesPerMs > 0) {
      const bytes = [...keys, ...args].reduce<number>((sum, part) => sum + String(part).length + 14, 0)
      leftMs = Math.max(leftMs, this.#lineFreeMs) + bytes / line.bytesPerMs
      onHit('thin line')
    }
    this.#lineFreeMs = Math.max(this.#lineFreeMs, leftMs)
    return this.#lineFreeMs + latencyMs * (0.5 + dice.next()) + line.delayMs
  }

  #connect(): void {
    const { timeline, host, owner, line, latencyMs, clock, onHit } = this.#options
    this.#state = 'connecting'
    if (line.isMute) {
      onHit('mute line')
      clock.after(CONNECT_TIMEOUT_MS, () => this.#retry('connect ETIMEDOUT'))
      return
    }
    const settle = (): void => {
      if (this.#state !== 'connecting') return
      if (line.isDown) onHit('line down')
      if (line.isDown || host.isDown) this.#retry('connect ECONNREFUSED')
      else {
        this.#state = 'ready'
        this.#failures = 0
        this.#lastError = undefined
        this.#lineFreeMs = timeline.nowMs
        for (const listener of [...this.#waiting, ...this.#listeners]) listener()
      }
    }
    timeline.at(timeline.nowMs + 2 * latencyMs + line.delayMs, settle, { owner })
  }

  #retry(error: string): void {
    if (this.#isClosed) return
    const { clock, dice } = this.#options
    this.#lastError = error
    const delayMs = Math.min(50 * 2 ** this.#failures, LAST_RETRY_DELAY_MS) + 200 * dice.next()
    this.#failures += 1
    clock.after(delayMs, () => {
      if (!this.#isClosed) this.#connect()
    })
  }

  #lose(generation: number, error: string | undefined): void {
    if (generation !== this.#generation || this.#state !== 'ready') return
    this.#generation += 1
    this.#lastError = error
    this.#failAll('Connection is closed.')
    this.#retry(error ?? 'Connection is closed.')
    this.#state = 'connecting'
  }

  #failAll(text: string): void {
    for (const settle of [...this.#inFlight]) settle(new Error(text))
  }

  async #ready(): Promise<void> {
    this.open()
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel()
        this.#waiting.delete(done)
        resolve()
      }
      const cancel = this.#options.clock.after(COMMAND_TIMEOUT_MS, done)
      this.#waiting.add(done)
      if (this.#isClosed) done()
    })
  }
}
