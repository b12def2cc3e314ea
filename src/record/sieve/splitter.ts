// Makes whole lines of bounded length from chunks of text that are cut anywhere.

/** The longest line that is looked at, in UTF-16 units: 1 Mi. */
export const MAX_LINE_LENGTH = 1_048_576

/** Gathers chunks of text; holds at most one line of `MAX_LINE_LENGTH`. */
export class LineSplitter {
  readonly #take: (text: string, lines: number) => void
  readonly #skip: (lines: number) => void
  #rest = ''
  #isSkipping = false

  /**
   * `take` gets whole lines, each with its newline, and their number; `skip` gets the number of lines that were longer than
   * `MAX_LINE_LENGTH` and passed over.
   */
  constructor(take: (text: string, lines: number) => void, skip: (lines: number) => void) {
    this.#take = take
    this.#skip = skip
  }

  push(chunk: string): void {
    const last = chunk.lastIndexOf('\n') + 1
    if (last === 0) {
      this.#hold(chunk)
      return
    }
    // Only the line that spans two chunks is joined: to join whole chunks, which are large, would copy them.
    const first = this.#rest === '' && !this.#isSkipping ? 0 : chunk.indexOf('\n') + 1
    if (first > 0 && !this.#isSkipping) this.#pass(this.#rest + chunk.slice(0, first))
    this.#isSkipping = false
    this.#rest = ''
    if (first < last) this.#pass(first === 0 && last === chunk.length ? chunk : chunk.slice(first, last))
    if (last < chunk.length) this.#hold(chunk.slice(last))
  }

  /** Takes the end of the text: a last line without its newline counts too. */
  end(): void {
    const rest = this.#rest
    this.#rest = ''
    this.#isSkipping = false
    if (rest !== '') this.#take(`${rest}\n`, 1)
  }

  #hold(piece: string): void {
    if (this.#isSkipping) return
    this.#rest += piece
    if (this.#rest.length <= MAX_LINE_LENGTH) return
    this.#rest = ''
    this.#isSkipping = true
    this.#skip(1)
  }

  #pass(text: string): void {
    let lines = 0
    let kept = 0
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start) + 1
      if (end - start - 1 > MAX_LINE_LENGTH) {
        if (lines > 0) this.#take(text.slice(kept, start), lines)
        this.#skip(1)
        lines = 0
        kept = end
      } else lines += 1
      start = end
    }
    if (lines > 0) this.#take(kept === 0 ? text : text.slice(kept), lines)
  }
}
