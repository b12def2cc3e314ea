import t from 'tap'
import { nextCandidate } from '../../../src/record/foreign-lines/quiet-lines.js'
import { textEvents } from '../../fixtures/text-events.js'

t.test('finds what may tell of an error, and nothing else', (t) => {
  const quiet = '2026-11-28 02:50:01 INFO served order 7\n'
  const text = `${quiet}${quiet}ERROR x\n${quiet}{"level":50}\n${quiet}E1128 02:50:01 x\n`
  const next = nextCandidate(text)
  const found: string[] = []
  for (let at = next(0); at < text.length; ) {
    const end = text.indexOf('\n', at) + 1
    found.push(text.slice(text.lastIndexOf('\n', at - 1) + 1, end - 1))
    at = next(end)
  }
  t.strictSame(found, ['ERROR x', '{"level":50}', 'E1128 02:50:01 x'])
  t.equal(nextCandidate(quiet)(0), Number.POSITIVE_INFINITY)
  t.end()
})

t.test('overlooks no event', (t) => {
  for (const { name, text } of textEvents) t.ok(Number.isFinite(nextCandidate(`INFO fine\n${text}\n`)(0)), name)
  t.end()
})
