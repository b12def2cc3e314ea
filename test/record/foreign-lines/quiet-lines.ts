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

t.test('overlooks no event, wherever it stands and whatever carries it', (t) => {
  const more = [
    ...['E1128 02:50:01.123456 71 orders.go:7] no stock', '<3>no stock', '[E 2026-11-28 02:50:01.123 App] no stock'],
    ...['** (exit) no stock', 'E  NETWORK  [conn7] no stock', '=CRASH REPORT==== 28-Nov-2026', 'PANI[0000] no stock'],
    ...[
      '{"MESSAGE":"no stock","PRIORITY":"3"}',
      '\u001b[1mGET\u001b[22m /orders 500 12ms',
      '\u001b[41mfail\u001b[0m: a[0]',
    ],
  ]
  for (const text of [...more, ...textEvents.map(({ text }) => text)])
    for (const before of ['', 'web-1  | ', '2026-11-28T02:50:01.123456789Z stderr F ']) {
      const isCandidate = candidatesIn(`fine\n${before}${text}\n${before}${text}\n`)
      const [first, end] = [5, 5 + before.length + text.length + 1]
      t.ok(isCandidate(first, end), `${before}${text}`)
      t.ok(isCandidate(end, end + before.length + text.length + 1), `twice: ${before}${text}`)
    }
  t.end()
})
