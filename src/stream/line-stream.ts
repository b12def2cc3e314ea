// A stream that takes a logger's chunks, cut anywhere, and hands on whole lines. It is there before the evaluator is:
// a worker starts in half the time if lines that are fine need not wait for all that an error sets going.
import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { LineSplitter } from '../record/sieve/splitter.js'
import type { TextIntake } from './text-intake.js'

export type LineStream = Writable & {
  /** Resolves when all that was written until now has been let go or handed on; at once where the stream has been ended. */
  taken(): Promise<void>
}

/**
 * `isFine` tells of whole lines that none of them need be read. From the first that must be, lines wait until
 * `opening` resolves; then all go to the intake, in their order, at the logger's speed. The first chunk is looked at when what
 * `announcement` gives resolves: what a logger announces of its lines may come just after them.
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
      // Whatever went wrong, a transport never makes its logger fail.
      void opened.then((intake) => intake.close()).then(() => done(null))
    },
  })
  // What is written goes in its order, the empty chunk too.
  const taken = (): Promise<void> =>
    new Promise((resolve) => {
      if (stream.writableEnded || stream.destroyed) resolve()
      else stream.write('', () => resolve())
    })
  return Object.assign(stream, { taken })
}
