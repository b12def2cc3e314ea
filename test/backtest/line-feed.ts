import t from 'tap'
import { LineFeed } from '../../src/backtest/line-feed.js'
import type { ParserName } from '../../src/record/foreign-lines/event-reader.js'

const nowMs = Date.parse('2026-11-30T12:00:00Z')

function feedOf(lines: readonly string[], parser: ParserName = 'auto') {
  const taken: unknown[] = []
  const feed = new LineFeed(
    parser,
    [
      {
        readJson: (text, carrierMs) => taken.push({ text, carrierMs }),
        readMembers: ({ level }, timeMs) => taken.push({ level, timeMs }),
      },
    ],
    nowMs,
  )
  feed.take(lines.map((line) => `${line}\n`).join(''), lines.length)
  feed.end()
  return { feed, taken }
}

t.test('hands on lines of JSON together, others as they were read, each with its time', (t) => {
  const { taken, feed } = feedOf([
    '{"level":30,"time":1795392000000}',
    '{"level":50,"time":1795392001000}',
    'TypeError: boom',
    '    at f (a.js:1:1)',
    '2026-11-23T18:16:07Z stderr F {"level":50}',
    '{"level":50}',
    '2026-11-23T18:16:08Z INFO fine',
    'ERROR late',
  ])
  t.strictSame(taken, [
    { text: '{"level":30,"time":1795392000000}\n{"level":50,"time":1795392001000}\n', carrierMs: undefined },
    { level: 'error', timeMs: 1795392001000 },
    { text: '{"level":50}\n', carrierMs: Date.parse('2026-11-23T18:16:07Z') },
    { text: '{"level":50}\n', carrierMs: undefined },
    { level: 'error', timeMs: Date.parse('2026-11-23T18:16:08Z') },
  ])
  t.strictSame(feed.notUnderstood, { lines: 0, first: '', most: false })
  t.equal(feed.lastTime(), Date.parse('2026-11-23T18:16:08Z'))
  t.equal(feed.firstTimeIn('x\n{"time":1795392000000}\n'), 1795392000000)
  t.end()
})

t.test('counts what nobody understands, and shows how the first of it begins', (t) => {
  const strange = `call /x?token=canary \u001b[2J${'y'.repeat(500)}`
  const { feed } = feedOf(['', strange, '  ', 'more', '{"level":30}'])
  t.match(feed.notUnderstood, { lines: 2, first: /^call \/x y+…$/, most: true })
  t.ok(feed.notUnderstood.first.length <= 160)
  const { feed: half } = feedOf(['more', '{"level":30}', '', ''])
  t.match(half.notUnderstood, { lines: 1, first: 'more', most: false })
  half.skip(1)
  t.match([half.lines, half.skipped, half.notUnderstood.most], [5, 1, true])
  half.addUnreadable('{"level":30}')
  half.addUnreadable('{"level":')
  t.equal(half.notUnderstood.lines, 2, 'what was counted by its shape is not counted again')
  t.match(feedOf(['ERROR x', '{"level":50}'], 'json').feed.notUnderstood, { lines: 1, first: 'ERROR x' })
  t.end()
})
