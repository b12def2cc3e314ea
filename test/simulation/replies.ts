// Reads Redis's replies from the bytes of its socket, in protocol 2.

export class Replies {
  readonly #onReply: (reply: unknown) => void
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(onReply: (reply: unknown) => void) {
    this.#onReply = onReply
  }

  take(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes])
    for (;;) {
      this.#at = 0
      const reply = this.#read()
      if (reply === UNFINISHED) return
      this.#bytes = this.#bytes.subarray(this.#at)
      this.#onReply(reply)
    }
  }

  #read(): unknown {
    const end = this.#bytes.indexOf('\r\n', this.#at)
    if (end < 0) return UNFINISHED
    const kind = this.#bytes[this.#at]
    const text = this.#bytes.toString('utf8', this.#at + 1, end)
    this.#at = end + 2
    switch (kind) {
      case STATUS:
        return text
      case FAILURE:
        return new Error(text)
      case INTEGER:
        return Number(text)
      case BULK:
        return this.#bulk(Number(text))
      default:
        return this.#list(Number(text))
    }
  }

  #bulk(length: number): unknown {
    if (length < 0) return null
    const end = this.#at + length
    if (this.#bytes.length < end + 2) return UNFINISHED
    const text = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 2
    return text
  }

  #list(length: number): unknown {
    if (length < 0) return null
    const items: unknown[] = []
    for (let i = 0; i < length; i += 1) {
      const item = this.#read()
      if (item === UNFINISHED) return UNFINISHED
      items.push(item)
    }
    return items
  }
}

const UNFINISHED = Symbol('unfinished')
const [STATUS, FAILURE, INTEGER, BULK] = [...Buffer.from('+-:$')]
