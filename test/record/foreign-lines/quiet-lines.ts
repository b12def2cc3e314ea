import t from 'tap'
import { candidatesIn } from '../../../src/record/foreign-lines/quiet-lines.js'
import { textEvents } from '../../fixtures/text-events.js'

t.test('finds what may tell of an error, and nothing else', (t) => {
  const quiet = '2026-11-28 02:50:01 INFO served order 7\n'
  const text = `${quiet}${quiet}ERROR x\n${quiet}{"level":50}\n${quiet}E1128 02:50:01 x\n`
  const isCandidate = candidatesIn(text)
  const found: string[] = []
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start) + 1
    if (isCandidate(start, end)) found.push(text.slice(start, end - 1))
    start = end
  }
  t.strictSame(found, ['ERROR x', '{"level":50}', 'E1128 02:50:01 x'])
  t.end()
})

t.test('overlooks no event', (t) => {
  for (const { name, text } of textEvents) t.ok(candidatesIn(`INFO fine\n${text}\n`)(0, text.length + 10), name)
  t.end()
})
