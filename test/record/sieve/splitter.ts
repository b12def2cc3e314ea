import fc from 'fast-check'
import t from 'tap'
import { LineSplitter, MAX_LINE_LENGTH } from '../../../src/record/sieve/splitter.js'

interface Split {
  readonly text: string
  readonly oversized: number
}

/** A splitter, and what it gave since it was asked last. */
interface Bench {
  readonly splitter: LineSplitter
  take(): Split
}

function setUp(): Bench {
  let given: Split = { text: '', oversized: 0 }
  const splitter = new LineSplitter(
    (text, lines) => {
      if (!text.endsWith('\n')) throw new Error('Expected whole lines')
      const newlines = text.match(/\n/g)?.length ?? 0
      if (lines !== newlines) throw new Error(`Expected ${newlines} lines, was told ${lines}`)
      given = { ...given, text: given.text + text }
    },
    (lines) => {
      given = { ...given, oversized: given.oversized + lines }
    },
  )
  return {
    splitter,
    take: () => {
      const taken = given
      given = { text: '', oversized: 0 }
      return taken
    },
  }
}

function splitAll(chunks: readonly string[]): Split {
  const { splitter, take } = setUp()
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return take()
}

/** What a splitter should do, done the naive way. */
function splitWhole(text: string): Split {
  const lines = text.split(/(?<=\n)/).map((line) => line.replace(/\n$/, ''))
  const all = text === '' ? [] : lines
  const kept = all.filter((line) => line.length <= MAX_LINE_LENGTH)
  return { text: kept.map((line) => `${line}\n`).join(''), oversized: all.length - kept.length }
}

function cutAt(text: string, places: readonly number[]): string[] {
  const cuts = [0, ...places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b), text.length]
  return cuts.slice(1).map((end, i) => text.slice(cuts[i], end))
}

const nothing: Split = { text: '', oversized: 0 }

await t.test('holds a line until its newline comes', async (t) => {
  const { splitter, take } = setUp()
  for (const [chunk, text] of [
    ['{"a":', ''],
    ['', ''],
    ['1}\n{"b":2}\n{"c"', '{"a":1}\n{"b":2}\n'],
    [':3}', ''],
    ['\n', '{"c":3}\n'],
  ] as const) {
    splitter.push(chunk)
    t.strictSame(take(), { text, oversized: 0 })
  }
  splitter.end()
  t.strictSame(take(), nothing)
})

await t.test('a chunk of whole lines is given as it is, though an unfinished one follows', async (t) => {
  const given: (readonly [text: string, lines: number])[] = []
  const splitter = new LineSplitter(
    (text, lines) => given.push([text, lines]),
    () => t.fail('nothing is too long'),
  )
  splitter.push('one\ntwo\nthr')
  t.strictSame(given.splice(0), [['one\ntwo\n', 2]])
  splitter.push('ee\nfour\nfive\nsix')
  t.strictSame(given.splice(0), [
    ['three\n', 1],
    ['four\nfive\n', 2],
  ])
  splitter.end()
  t.strictSame(given, [['six\n', 1]])
})

await t.test('gives a last line without its newline at the end, with one, once', async (t) => {
  const { splitter, take } = setUp()
  splitter.push('one\ntwo')
  t.equal(take().text, 'one\n')
  splitter.end()
  t.equal(take().text, 'two\n')
  splitter.end()
  t.strictSame(take(), nothing)
})

await t.test('every chunking of any lines gives the same lines', async () => {
  const lines = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '\r', '{"level":50}')))
  const text = fc.tuple(lines, fc.boolean()).map(([lines, isWhole]) => lines.join('\n') + (isWhole ? '\n' : ''))
  fc.assert(
    fc.property(text, fc.array(fc.nat()), (text, places) => {
      const { text: got, oversized } = splitAll(cutAt(text, places))
      return got === (text === '' || text.endsWith('\n') ? text : `${text}\n`) && oversized === 0
    }),
    { numRuns: 1000 },
  )
})

await t.test('lines about as long as the bound are kept or counted alike, however they are cut', async () => {
  const length = fc.oneof(
    fc.constantFrom(0, 1, 100),
    fc.integer({ min: MAX_LINE_LENGTH - 2, max: MAX_LINE_LENGTH + 2 }),
    fc.constant(2 * MAX_LINE_LENGTH + 7),
  )
  const places = fc.array(fc.nat({ max: 8 * MAX_LINE_LENGTH }), { maxLength: 6 })
  fc.assert(
    fc.property(fc.array(length, { minLength: 1, maxLength: 4 }), fc.boolean(), places, (lengths, isWhole, places) => {
      const text = lengths.map((length, i) => `${i}`.repeat(length)).join('\n') + (isWhole ? '\n' : '')
      const [got, expected] = [splitAll(cutAt(text, places)), splitWhole(text)]
      return got.text === expected.text && got.oversized === expected.oversized
    }),
    { numRuns: 40 },
  )
})

await t.test('a line of exactly the bound is kept, one unit more is passed over and counted', async (t) => {
  const longest = 'x'.repeat(MAX_LINE_LENGTH)
  t.strictSame(splitAll([`${longest}\n`]), { text: `${longest}\n`, oversized: 0 })
  t.strictSame(splitAll([longest, '\n']), { text: `${longest}\n`, oversized: 0 })
  t.strictSame(splitAll([longest]), { text: `${longest}\n`, oversized: 0 })
  t.strictSame(splitAll([`a\n${longest}x\nb\n`]), { text: 'a\nb\n', oversized: 1 })
  t.strictSame(splitAll(['a\n', longest, 'x', '\nb\n']), { text: 'a\nb\n', oversized: 1 })
})

await t.test('an endless line is counted once, and never held', async (t) => {
  const { splitter, take } = setUp()
  const chunk = 'x'.repeat(MAX_LINE_LENGTH / 4)
  for (let i = 0; i < 64; i += 1) {
    splitter.push(chunk)
    t.strictSame(take(), { text: '', oversized: i === 4 ? 1 : 0 })
  }
  splitter.push('\nnext\n')
  t.strictSame(take(), { text: 'next\n', oversized: 0 })
  splitter.end()
  t.strictSame(take(), nothing)
})

await t.test('what ends inside an endless line ends with nothing, and can begin anew', async (t) => {
  const { splitter, take } = setUp()
  splitter.push('x'.repeat(MAX_LINE_LENGTH + 1))
  splitter.end()
  t.strictSame(take(), { text: '', oversized: 1 })
  splitter.push('next\n')
  t.strictSame(take(), { text: 'next\n', oversized: 0 })
})
