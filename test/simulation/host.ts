// The machine that Redis runs on: its clock, and whether it can be reached and answers.
import type { Script } from '../../src/store/script.js'
import type { Timeline } from './events.js'
import type { Server } from './server.js'
import { VIRTUAL_CLOCK } from './virtual-time.js'

/** The date at which virtual time begins, on a wall clock without skew. */
export const EPOCH_MS = 1_795_458_261_000

export class Host {
  readonly clockLua = VIRTUAL_CLOCK
  isDown = false
  /** Accepts commands, and runs them only when it goes on. */
  isHanging = false
  clockOffsetMs = 0
  readonly #server: Server
  readonly #timeline: Timeline
  readonly #held: (() => void)[] = []
  readonly #onDown = new Set<() => void>()

  constructor(server: Server, timeline: Timeline) {
    this.#server = server
    this.#timeline = timeline
  }

  /** Calls back when the machine goes down, which cuts every connection. */
  onDown(listener: () => void): void {
    this.#onDown.add(listener)
  }

  goDown(): void {
    this.isDown = true
    this.#held.length = 0
    for (const listener of this.#onDown) listener()
  }

  resume(): void {
    this.isHanging = false
    for (const run of this.#held.splice(0)) run()
  }

  /** Runs a command that has arrived: at once, when a machine that hangs goes on, or never if it is down. */
  receive(run: () => void): void {
    if (this.isDown) return
    if (this.isHanging) this.#held.push(run)
    else run()
  }

  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#server.run(script, keys, args, EPOCH_MS + this.#timeline.nowMs + this.clockOffsetMs)
  }

  command(...args: readonly (string | number)[]): Promise<unknown> {
    return this.#server.command(...args)
  }
}
