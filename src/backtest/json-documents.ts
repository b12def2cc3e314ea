// Makes lines of JSON that was not written as lines: of a list of objects, and of objects that each stand on several lines.

/** How a text begins; undefined where too little of it is known. */
export function layoutOf(head: string): 'lines' | 'documents' | undefined {
  const text = head.trimStart()
  if (text === '') return undefined
  if (text.startsWith('[')) {
    const [next] = text.slice(1).trimStart()
    return next === undefined ? undefined : next === '{' ? 'documents' : 'lines'
  }
  if (!text.startsWith('{')) return 'lines'
  if (!text.includes('\n')) return text.slice(1).trim() === '' ? undefined : 'lines'
  return /^\{[^\S\n]*\n/.test(text) ? 'documents' : 'lines'
}

const MARK = /["\\{}[\]\n]/g
/** What stands between the objects of a list. */
const SEPARATORS = /^[\s,[\]]*$/

/** At most about this many UTF-16 units are held back. */
const MAX_OUTSIDE = 65_536

/** Puts each object of a text on a line of its own. Of an object that is not whole yet, what is there is given at once, so that memory is bounded. */
export class DocumentLines {
  /** Braces and brackets that are open within the object; 0 outside of one. */
  #depth = 0
  #isInText = false
  #isEscaped = false
  /** What stands outside of objects since the last newline. */
  #outside = ''

  push(text: string): string {
    let lines = ''
    let kept = 0
    MARK.lastIndex = 0
    if (this.#isEscaped && text !== '') {
      this.#isEscaped = false
      MARK.lastIndex = 1
    }
    for (let match = MARK.exec(text); match !== null; match = MARK.exec(text)) {
      const at = match.index
      const [mark] = match
      if (mark === '\n' && this.#isInText) {
        // JSON has no newline in a text: what this was taken for ends here, and what follows is read as lines.
        lines += text.slice(kept, at + 1)
        kept = at + 1
        this.#isInText = false
        this.#depth = 0
      } else if (this.#isInText) {
        if (mark === '"') this.#isInText = false
        else if (mark !== '\\') continue
        else if (at + 1 === text.length) this.#isEscaped = true
        else MARK.lastIndex = at + 2
      } else if (this.#depth === 0) {
        if (mark !== '\n' && mark !== '{') continue
        this.#outside += text.slice(kept, at)
        const rest = this.end()
        if (rest !== '') lines += mark === '\n' ? `${rest}\n` : rest
        kept = mark === '{' ? at : at + 1
        if (mark === '{') this.#depth = 1
      } else if (mark === '\n') {
        lines += `${text.slice(kept, at)} `
        kept = at + 1
      } else if (mark === '"') this.#isInText = true
      else if (mark === '{' || mark === '[') this.#depth += 1
      else if (mark === '}' || mark === ']') {
        this.#depth -= 1
        if (this.#depth > 0) continue
        lines += `${text.slice(kept, at + 1)}\n`
        kept = at + 1
      }
    }
    if (this.#depth > 0) return lines + text.slice(kept)
    this.#outside += text.slice(kept)
    return this.#outside.length > MAX_OUTSIDE ? lines + this.end() : lines
  }

  /** What is left outside of objects, which is nothing of a list's own. */
  end(): string {
    const rest = this.#outside
    this.#outside = ''
    return SEPARATORS.test(rest) ? '' : rest
  }
}
