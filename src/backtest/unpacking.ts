// Unpacks chunks of bytes with a stream of node:zlib.
import type { Transform } from 'node:stream'

/** Bytes that are handed to the stream at once. Of data that are damaged, what comes out of the damaged part is lost, and so is little. */
const PART_BYTES = 16_384

/**
 * Gives what comes out of the stream. Each part goes in once all that came out of the one before was taken: so what could be unpacked of data
 * that end too early is given before the error is thrown. A stream that was fed freely would throw away what nobody had read of it yet.
 */
export async function* unpackedBy(
  unpacking: Transform,
  chunks: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<Buffer> {
  let failure: unknown
  let wake = (): void => {}
  const events = ['readable', 'end', 'error', 'close', 'finish', 'drain'] as const
  for (const event of events) unpacking.on(event, () => wake())
  unpacking.on('error', (error) => {
    failure = error
    wake()
  })
  const outputUntil = async function* (isDone: () => boolean): AsyncGenerator<Buffer> {
    for (;;) {
      const piece: Buffer | null = failure === undefined ? unpacking.read() : null
      if (piece !== null) yield piece
      else if (failure !== undefined) throw failure
      else if (isDone()) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
          if (failure !== undefined || isDone() || unpacking.readableLength > 0) resolve()
        })
    }
  }
  try {
    for await (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      for (let at = 0; at < bytes.length; at += PART_BYTES) {
        let isTaken = false
        unpacking.write(bytes.subarray(at, at + PART_BYTES), () => {
          isTaken = true
          wake()
        })
        yield* outputUntil(() => isTaken)
      }
    }
    unpacking.end()
    yield* outputUntil(() => unpacking.readableEnded)
  } finally {
    unpacking.destroy()
  }
}
