// A progress bar for reading large files, on one line of a terminal.
import type { Clock } from '../../clock.js'
import { grouped } from '../../text.js'

/** The bar is drawn again after this time at the earliest, in ms. */
const EVERY_MS = 100
/** Width of the bar, in characters. */
const CELLS = 30

/** The terminal on which the bar is drawn. */
export interface ProgressOutput {
  write(text: string): unknown
  readonly columns?: number | undefined
}

export class ProgressBar {
  readonly #output: ProgressOutput
  readonly #totalBytes: number
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #startMs: number
  #drawnMs = Number.NEGATIVE_INFINITY
  #bytes = 0

  constructor(output: ProgressOutput, totalBytes: number, clock: Pick<Clock, 'monotonicMs'>) {
    this.#output = output
    this.#totalBytes = totalBytes
    this.#clock = clock
    this.#startMs = clock.monotonicMs()
  }

  /** Adds to the bytes that were read, and draws the bar if its time has come. */
  add(bytes: number): void {
    this.#bytes += bytes
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#drawnMs < EVERY_MS) return
    this.#drawnMs = nowMs
    // A file may grow while it is read, so more bytes may come than its size was.
    const ratio = Math.min(1, this.#bytes / this.#totalBytes)
    const filled = Math.floor(ratio * CELLS)
    const bar = '█'.repeat(filled) + '░'.repeat(CELLS - filled)
    const seconds = (nowMs - this.#startMs) / 1000
    const pace = seconds > 0.5 ? `, ${megabytes(this.#bytes / seconds)}/s` : ''
    const percent = `${Math.floor(ratio * 100)}`.padStart(3)
    const text = `${percent} % ${bar} ${megabytes(this.#bytes)} of ${megabytes(this.#totalBytes)}${pace}`
    this.#output.write(`\r${text.slice(0, (this.#output.columns ?? 80) - 1)}\u001b[K`)
  }

  /** Removes the bar from the terminal. */
  clear(): void {
    this.#output.write('\r\u001b[K')
  }
}

function megabytes(bytes: number): string {
  return `${grouped(Math.round(bytes / 1e6))} MB`
}
