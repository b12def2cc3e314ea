import { isAscii } from 'node:buffer'
import { StringDecoder } from 'node:string_decoder'

/** Bytes of UTF-8, cut anywhere, as text; most logs are all ASCII, which takes half as long to turn into text. */
export class TextPieces {
  readonly #decoder = new StringDecoder('utf8')
  /** The last piece ended with a whole character. */
  #isWhole = true

  push(chunk: string | Uint8Array): string {
    if (typeof chunk === 'string') return chunk
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#isWhole && isAscii(bytes)) return bytes.toString('latin1')
    this.#isWhole = (bytes.at(-1) ?? 0x80) < 0x80
    return this.#decoder.write(bytes)
  }

  end(): string {
    return this.#decoder.end()
  }
}
