import t from 'tap'
import { standardScale } from '../../../src/record/severity.js'
import { LineSplitter } from '../../../src/record/sieve/splitter.js'
import { fc } from '../../fixtures/properties.js'
import { readEvents } from '../../fixtures/read-events.js'
import { quietTexts, textEvents, textPrefixes } from '../../fixtures/text-events.js'

const json = '{"level":30,"msg":"fine"}'

/** Whole lines of a text that comes in chunks which are cut anywhere. */
function chunksOf(text: string, cuts: readonly number[]): readonly string[] {
  const chunks: string[] = []
  const splitter = new LineSplitter(
    (lines) => chunks.push(lines),
    () => {},
  )
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
  for (const [i, start] of [0, ...places].entries()) splitter.push(text.slice(start, places[i]))
  splitter.end()
  return chunks
}

/** What is told of each error, in any order. */
function told(members: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const errors = members.filter(({ level, err }) => {
    const severity = standardScale.severityOf(level) ?? 0
    return severity >= 50 || (severity >= 40 && err !== undefined)
  })
  return errors.map(({ msg, err }) => String(msg ?? Object(err).message)).sort()
}

const prefix = fc.constantFrom(...Object.keys(textPrefixes))
const event = fc.constantFrom(...textEvents)
const quiet = fc.constantFrom(...quietTexts)

t.test('counts each event of the table once behind any prefixes, and no quiet line', (t) => {
  const before = (names: readonly string[], text: string): string =>
    text
      .split('\n')
      .map((line, i) => `${names.map((name) => textPrefixes[name]?.(i)).join('')}${line}\n`)
      .join('')
  for (const name of Object.keys(textPrefixes)) {
    for (const { name: what, text, message } of textEvents)
      t.strictSame(told(readEvents([before([name], text)]).members), [message], `${what} behind ${name}`)
    for (const text of quietTexts)
      t.strictSame(told(readEvents([before([name], text)]).members), [], `${text} behind ${name}`)
  }
  fc.assert(
    fc.property(
      fc.uniqueArray(prefix, { minLength: 2, maxLength: 3 }),
      event,
      quiet,
      (names, { text, message }, line) => {
        t.strictSame(told(readEvents([before(names, `${line}\n${text}\n${line}`)]).members), [message], names.join(' '))
      },
    ),
  )
  t.end()
})

t.test('keeps the events of sources apart whose lines come between each other, in chunks cut anywhere', (t) => {
  const source = fc.record({
    events: fc.array(fc.tuple(event, quiet), { minLength: 1, maxLength: 3 }),
    isJson: fc.boolean(),
  })
  const names = Object.keys(textPrefixes).filter((name) => !['docker --timestamps', 'CRI', 'Lambda'].includes(name))
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
      fc.array(source, { minLength: 4, maxLength: 4 }),
      fc.array(fc.nat(3), { maxLength: 200 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (prefixes, sources, order, cuts) => {
        const queues = prefixes.map((name, s) => {
          const { events = [], isJson = false } = sources[s] ?? {}
          const texts = events.flatMap(([{ text }, line]) => [text, line, ...(isJson ? [json] : [])])
          return texts.flatMap((text) => text.split('\n')).map((line, i) => `${textPrefixes[name]?.(i)}${line}\n`)
        })
        const expected = prefixes.flatMap((_, s) => sources[s]?.events.map(([{ message }]) => message) ?? []).sort()
        let lines = ''
        for (const s of order) lines += queues[s]?.shift() ?? ''
        lines += queues.flat().join('')
        t.strictSame(told(readEvents(chunksOf(lines, cuts)).members), expected, lines)
        const seen = readEvents(chunksOf(lines, cuts), 'auto', true)
        t.strictSame(told(seen.members), expected, 'as a backtest reads them')
      },
    ),
  )
  t.end()
})

t.test('counts each line once, as an error, as passed on or as JSON', (t) => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          event.map(({ text }) => text),
          quiet,
          fc.constant(json),
        ),
        { maxLength: 8 },
      ),
      (texts) => {
        const text = texts.map((one) => `${one}\n`).join('')
        const { taken, passed } = readEvents([text])
        const inJson = taken.reduce<number>(
          (sum, one) => sum + (typeof one === 'string' ? one.split('\n').length - 1 : 1),
          0,
        )
        t.equal(passed + inJson, text.split('\n').length - 1, text)
      },
    ),
  )
  t.end()
})
