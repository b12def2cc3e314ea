import fc from 'fast-check'
import t from 'tap'
import { LineSplitter, MAX_LINE_LENGTH } from '../../../src/record/line/splitter.js'

interface Split {
  readonly text: string
  readonly oversized: number
}

function splitAll(chunks: readonly string[]): Split {
  const splitter = new LineSplitter()
  const text = chunks.map((chunk) => splitter.push(chunk)).join('') + splitter.end()
  return { text, oversized: splitter.oversized }
}

/** What a splitter should do, done the naive way. */
function splitWhole(text: string): Split {
  const lines = text.split(/(?<=\n)/)
  const kept = lines.filter((line) => line.replace(/\n$/, '').length <= MAX_LINE_LENGTH)
  return { text: kept.join(''), oversized: lines.length - kept.length }
}

function cutAt(text: string, places: readonly number[]): string[] {
  const cuts = [0, ...places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b), text.length]
  return cuts.slice(1).map((end, i) => text.slice(cuts[i], end))
}

await t.test('holds a line until its newline comes', async (t) => {
  const splitter = new LineSplitter()
  t.equal(splitter.push('{"a":'), '')
  t.equal(splitter.push(''), '')
  t.equal(splitter.push('1}\n{"b":2}\n{"c"'), '{"a":1}\n{"b":2}\n')
  t.equal(splitter.push(':3}'), '')
  t.equal(splitter.push('\n'), '{"c":3}\n')
  t.equal(splitter.end(), '')
})

await t.test('gives a last line without its newline at the end, once', async (t) => {
  const splitter = new LineSplitter()
  t.equal(splitter.push('one\ntwo'), 'one\n')
  t.equal(splitter.end(), 'two')
  t.equal(splitter.end(), '')
})

await t.test('every chunking of any lines gives the same lines', async () => {
  const lines = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '\r', '{"level":50}')))
  const text = fc.tuple(lines, fc.boolean()).map(([lines, isWhole]) => lines.join('\n') + (isWhole ? '\n' : ''))
  fc.assert(
    fc.property(text, fc.array(fc.nat()), (text, places) => {
      const { text: got, oversized } = splitAll(cutAt(text, places))
      return got === text && oversized === 0
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
  t.strictSame(splitAll([`a\n${longest}x\nb\n`]), { text: 'a\nb\n', oversized: 1 })
  t.strictSame(splitAll(['a\n', longest, 'x', '\nb\n']), { text: 'a\nb\n', oversized: 1 })
})

await t.test('an endless line is counted once, and never held', async (t) => {
  const splitter = new LineSplitter()
  const chunk = 'x'.repeat(MAX_LINE_LENGTH / 4)
  for (let i = 0; i < 64; i += 1) t.equal(splitter.push(chunk), '')
  t.equal(splitter.oversized, 1)
  t.equal(splitter.push('\nnext\n'), 'next\n')
  t.equal(splitter.end(), '')
  t.equal(splitter.oversized, 1)
})

await t.test('what ends inside an endless line ends with nothing, and can begin anew', async (t) => {
  const splitter = new LineSplitter()
  splitter.push('x'.repeat(MAX_LINE_LENGTH + 1))
  t.equal(splitter.end(), '')
  t.equal(splitter.push('next\n'), 'next\n')
  t.equal(splitter.oversized, 1)
})
