import t from 'tap'
import { EventReader, type ParserName } from '../../../src/record/foreign-lines/event-reader.js'
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

/** An event may be closed behind more lines of other sources than these. */
const MAX_BETWEEN = 40

/** The lines of several sources in this order of sources, as far as none waits too long; what is left takes turns. */
function interleaved(queues: readonly string[][], order: readonly number[]): string {
  const takenAt = queues.map(() => 0)
  const lines: string[] = []
  const take = (s: number): void => {
    const line = queues[s]?.shift()
    if (line === undefined) return
    lines.push(line)
    takenAt[s] = lines.length
  }
  for (const s of order) {
    const late = queues.findIndex((queue, i) => queue.length > 0 && lines.length - (takenAt[i] ?? 0) >= MAX_BETWEEN)
    take(late < 0 ? s : late)
  }
  while (queues.some((queue) => queue.length > 0)) for (const s of queues.keys()) take(s)
  return lines.join('')
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
        const lines = interleaved(queues, order)
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

t.test('tells an event as it is once it is asked to, and passes over what still comes of it', (t) => {
  const told: unknown[] = []
  const reader = new EventReader('auto', { json: () => {}, members: ({ level }) => told.push(level), pass: () => {} })
  reader.take('ERROR no stock\n')
  reader.tick()
  t.strictSame([told.length, reader.isOpen], [0, true], 'it may have come just now')
  reader.tick()
  t.strictSame(told, ['error'])
  reader.take('Error: no stock\n')
  reader.take('    at place (/app/o.js:1:1)\n')
  reader.settle()
  reader.take('WARN retrying\n')
  reader.settle()
  t.equal(told.length, 1, 'a warning by itself is none')
  reader.take('    at place (/app/o.js:1:1)\n')
  reader.settle()
  t.strictSame(told, ['error', 'warn'])
  for (let i = 0; i < 60; i += 1) reader.tick()
  t.equal(reader.isOpen, false)
  reader.end()
  t.equal(told.length, 2)
  t.end()
})

t.test('joins the parts of a line, and goes on without what is missing of it', (t) => {
  const part = (text: string, mark = 'F'): string => `2026-11-28T02:50:01.123456789Z stdout ${mark} ${text}\n`
  t.match(readEvents([part('{"level":50,"msg":"no', 'P') + part(' stock"}')]).taken, [
    { text: '{"level":50,"msg":"no stock"}\n', prefix: part('').slice(0, -1) },
  ])
  t.match(readEvents([part('ERROR no', 'P') + part(' stock')]).members, [{ level: 'error', msg: 'no stock' }])
  t.end()
})

t.test('knows of each line whether an error in it would have been found', (t) => {
  const of = (lines: readonly string[], parser: ParserName = 'auto'): string =>
    readEvents([lines.map((line) => `${line}\n`).join('')], parser, true).understood
  const good = [
    '{"level":30}',
    ' {"level":30}',
    'web-1  | {"level":30}',
    '2026-11-23 18:00:00 INFO  fine',
    '\u001b[32mINFO\u001b[39m fine',
    'time=2026-11-23 level=info msg=fine',
    '203.0.113.9 - - [23/Nov/2026:18:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
    'ERROR x',
    '\tat com.example.A(A.java:1)',
    'Caused by: java.lang.Error: y',
    'TypeError: boom',
    '    at f (a.js:1:1)',
    'Traceback (most recent call last):',
    '  File "a.py", line 1, in f',
    'ValueError: z',
    '{"log":"INFO fine\\n","stream":"stdout","time":"2026-11-23T18:00:00Z"}',
  ]
  t.equal(of(good), '1'.repeat(good.length))
  const strange = [
    'listening on 3000',
    '  an indented line after that',
    '{',
    '  "level": 50,',
    '}',
    'no error here',
    '\u0001',
  ]
  t.equal(of(strange), '0'.repeat(strange.length))
  t.equal(of(['ERROR x', '{"a":1}'], 'text'), '10')
  t.equal(of(['GET / 503 1 ms - 1', 'ERROR x'], 'morgan'), '10')
  t.end()
})

t.test('takes linear time, and keeps little, whatever somebody writes', (t) => {
  const pieces = [
    'a.',
    'A',
    ' ',
    '\t',
    'Error',
    'error ',
    '[',
    '(',
    '{"',
    '": ',
    'a=b ',
    'a="',
    '\u001b[',
    '2026-11-28T',
    'a: ',
    'a | ',
  ]
  const heads = ['', 'ERROR ', 'Error: ', '    at ', '{"log":"', 'web-1  | ', 'GET ', 'level=error msg=']
  const started = process.cpuUsage()
  for (const head of heads)
    for (const piece of pieces) {
      readEvents([`${head}${piece.repeat(100_000)}\n`])
      readEvents([`${head}${piece.repeat(1000)}\n`.repeat(4)], 'auto', true)
    }
  for (const line of [
    '    at place (/o.js:1:1)',
    '  x',
    '',
    'a',
    'ERROR x',
    '[a]     at x (a:1)',
    '2026-11-28T02:50:01.123Z stdout P x',
  ])
    readEvents([`ERROR x\n${`${line}\n`.repeat(10_000)}`])
  readEvents([Array.from({ length: 10_000 }, (_, i) => `web-${i}  | ERROR x\n`).join('')])
  const { user } = process.cpuUsage(started)
  t.ok(user < 10_000_000, `${user} µs`)
  t.end()
})
