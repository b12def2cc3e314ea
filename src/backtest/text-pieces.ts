// Makes text of bytes.
import { isAscii } from 'node:buffer'
import { StringDecoder } from 'node:string_decoder'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** Makes text of chunks of bytes that are cut anywhere. Most logs are all ASCII, which decoded as such takes half as long. */
export class TextPieces {
  readonly #isUtf8: boolean
  readonly #decoder: { write(bytes: Buffer): string; end(): string }
  /** Whether the last chunk is known to have ended with a whole character, because its last byte was ASCII. */
  #isWhole = true
  /** Whether the text has begun, so that no byte order mark can come any more. */
  #isBegun = false

  constructor(encoding: Encoding = 'utf-8') {
    this.#isUtf8 = encoding === 'utf-8'
    this.#decoder = this.#isUtf8 ? new StringDecoder('utf8') : wideDecoder(encoding)
  }

  push(chunk: string | Uint8Array): string {
    if (typeof chunk === 'string') return chunk
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#isUtf8 && this.#isWhole && isAscii(bytes)) {
      this.#isBegun = this.#isBegun || bytes.length > 0
      return bytes.toString('latin1')
    }
    this.#isWhole = (bytes.at(-1) ?? 0x80) < 0x80
    const text = this.#decoder.write(bytes)
    const isMarked = !this.#isBegun && text.startsWith('\ufeff')
    this.#isBegun = this.#isBegun || text !== ''
    return isMarked ? text.slice(1) : text
  }

  end(): string {
    return this.#decoder.end()
  }
}

function wideDecoder(encoding: Encoding): { write(bytes: Buffer): string; end(): string } {
  const decoder = new TextDecoder(encoding)
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() }
}
