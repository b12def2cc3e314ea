// Chunks cut anywhere -> whole lines, of a bounded length.

/** The longest line that is looked at, in UTF-16 units: 1 Mi. */
export const MAX_LINE_LENGTH = 1_048_576

/** Gathers chunks of text; holds at most one line of `MAX_LINE_LENGTH`. */
export class LineSplitter {
  /** Lines that were longer than `MAX_LINE_LENGTH` and passed over. */
  oversized = 0
  #rest = ''
  #isSkipping = false

  /** The whole lines that this chunk completes, each ending in a newline; `''` if it completes none. */
  push(chunk: string): string {
    const end = chunk.lastIndexOf('\n') + 1
    if (end === 0) {
      this.#hold(chunk)
      return ''
    }
    const text = this.#finishHeld(chunk)
    this.#rest = ''
    this.#hold(chunk.slice(end))
    return text.length <= MAX_LINE_LENGTH ? text : this.#withoutOversized(text)
  }

  /** What is left when no more chunks come: a last line without its newline. */
  end(): string {
    const rest = this.#rest
    this.#rest = ''
    this.#isSkipping = false
    return rest
  }

  #finishHeld(chunk: string): string {
    const end = chunk.lastIndexOf('\n') + 1
    if (!this.#isSkipping) return this.#rest + chunk.slice(0, end)
    this.#isSkipping = false
    return chunk.slice(chunk.indexOf('\n') + 1, end)
  }

  #hold(piece: string): void {
    if (this.#isSkipping) return
    this.#rest += piece
    if (this.#rest.length <= MAX_LINE_LENGTH) return
    this.#rest = ''
    this.#isSkipping = true
    this.oversized += 1
  }

  #withoutOversized(text: string): string {
    let kept = ''
    let start = 0
    while (start < text.length) {
      const end = text.indexOf('\n', start) + 1
      if (end - start - 1 <= MAX_LINE_LENGTH) kept += text.slice(start, end)
      else this.oversized += 1
      start = end
    }
    return kept
  }
}
