// A stream that takes a logger's chunks, cut anywhere, and hands on whole lines. It is there before the evaluator is: a
// worker starts in half the time if lines that cannot be errors need not wait until everything is loaded that errors
// need.
import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { LineSplitter } from '../record/sieve/splitter.js'
import type { TextIntake } from './text-intake.js'

export type LineStream = Writable & {
  /** Resolves when every line written until now was let go or handed on; at once where the stream has ended. */
  taken(): Promise<void>
}

/**
 * Makes the stream. `isFine` says of whole lines whether none of them need be read; they are only counted. From the
 * first lines that must be read, all wait until `opening` resolves, and the stream takes no further chunk; then they go
 * to the intake in their order. The first chunk is looked at when the promise of `announcement` resolves: what a logger
 * announces of its lines may come just after them.
 */
export function createLineStream(
  opening: Promise<TextIntake>,
  isFine: (text: string) => boolean,
  announcement?: () => Promise<unknown>,
): LineStream {
  let intake: TextIntake | undefined
  let passed = 0
  let oversized = 0
  let waiting: [text: string, lines: number][] = []
  const opened = opening.then((opened) => {
    opened.pass(passed)
    opened.skip(oversized)
    for (const [text, lines] of waiting) opened.read(text, lines)
    waiting = []
    intake = opened
    return opened
  })
  const splitter = new LineSplitter(
    (text, lines) => {
      if (intake !== undefined) intake.read(text, lines)
      else if (waiting.length === 0 && isFine(text)) passed += lines
      else waiting.push([text, lines])
    },
    (lines) => {
      if (intake === undefined) oversized += lines
      else intake.skip(lines)
    },
  )
  const decoder = new StringDecoder('utf8')
  const take = (chunk: string | Buffer, done: () => void): void => {
    splitter.push(typeof chunk === 'string' ? chunk : decoder.write(chunk))
    if (waiting.length === 0) done()
    else void opened.then(() => done())
  }
  let isFirst = announcement !== undefined
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      if (!isFirst) return take(chunk, done)
      isFirst = false
      void announcement?.().then(() => take(chunk, done))
    },
    final: (done) => {
      splitter.push(decoder.end())
      splitter.end()
      void opened.then((intake) => intake.close()).then(() => done())
    },
    destroy: (_error, done) => {
      // The stream's own error is not passed on: a transport never makes its logger fail.
      void opened.then((intake) => intake.close()).then(() => done(null))
    },
  })
  // Chunks are taken in their order, so this empty one is taken after all that were written before.
  const taken = (): Promise<void> =>
    new Promise((resolve) => {
      if (stream.writableEnded || stream.destroyed) resolve()
      else stream.write('', () => resolve())
    })
  return Object.assign(stream, { taken })
}
