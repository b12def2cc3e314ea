// Leaves the event loop its turns while a text is worked on.
import { setImmediate } from 'node:timers/promises'

/** Work on one text takes about so long, in ms, before others have their turn. */
const TURN_MS = 10
/** UTF-16 units of the smallest piece: a few lines, which conditions with large patterns take some ms for. */
const MIN_LENGTH = 256

/**
 * Gives texts in pieces, and other work of the thread its turn between two of them where the caller takes long. The pieces are as large
 * as the caller's pace allows: small ones would cost much where it is fast, and one of 60 KiB may take seconds where patterns are slow.
 */
export async function* inTurns(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let length = MIN_LENGTH
  let turnMs = performance.now()
  for await (const text of texts) {
    for (let at = 0; at < text.length; ) {
      const piece = text.slice(at, at + length)
      at += length
      const startMs = performance.now()
      yield piece
      const nowMs = performance.now()
      length = nowMs - startMs < TURN_MS / 2 ? length * 2 : Math.max(MIN_LENGTH, length / 2)
      if (nowMs - turnMs < TURN_MS) continue
      await setImmediate()
      turnMs = performance.now()
    }
  }
}
