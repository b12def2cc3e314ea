// Makes text of bytes.
import { isAscii } from 'node:buffer'
import { StringDecoder } from 'node:string_decoder'

/** Makes text of chunks of UTF-8 that are cut anywhere. Most logs are all ASCII, which decoded as such takes half as long. */
export class TextPieces {
  readonly #decoder = new StringDecoder('utf8')
  /** Whether the last chunk is known to have ended with a whole character, because its last byte was ASCII. */
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
