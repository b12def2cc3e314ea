import t from 'tap'
import { textTimeOf } from '../../src/backtest/text-time.js'

const nowMs = Date.parse('2026-11-30T12:00:00Z')
/** The moment that a clock on the wall of this machine shows so. */
const local = (text: string): number => new Date(text).getTime()

t.test('reads the times that programs write before a line', (t) => {
  for (const [line, timeMs] of [
    ['2026-11-23T18:16:07.123456789Z stderr F {"a":1}', Date.parse('2026-11-23T18:16:07.123Z')],
    ['web-1  | 2026-11-23T18:16:07+01:00 ERROR x', Date.parse('2026-11-23T17:16:07Z')],
    ['2026-11-23 18:16:07,123 ERROR [main] x', local('2026-11-23T18:16:07.123')],
    ['2026-11-23 18:16:07.5 UTC [7] ERROR:  x', Date.parse('2026-11-23T18:16:07.500Z')],
    ['2026/11/23 18:16:07 [error] 7#0: x', local('2026-11-23T18:16:07')],
    ['[2026-11-23 18:16:07 -0330] [7] [ERROR] x', Date.parse('2026-11-23T21:46:07Z')],
    ['203.0.113.9 - - [23/Nov/2026:18:16:07 +0200] "GET / HTTP/1.1" 503 1', Date.parse('2026-11-23T16:16:07Z')],
    ['Nov 23 18:16:07 host app[7]: x', local('2026-11-23T18:16:07')],
    ['<34>Nov  3 18:16:07 host app[7]: x', local('2026-11-03T18:16:07')],
    ['[Mon Nov 23 18:16:07.123456 2026] [core:error] x', local('2026-11-23T18:16:07.123')],
    ['E1123 18:16:07.123456    7 file.go:1] x', local('2026-11-23T18:16:07.123')],
  ] as const)
    t.equal(textTimeOf(line, nowMs), timeMs, line)
  t.end()
})

t.test('takes the last year that fits for a date without one', (t) => {
  t.equal(textTimeOf('Dec 31 23:59:59 host x', nowMs), local('2025-12-31T23:59:59'))
  t.equal(textTimeOf('Dec  1 01:00:00 host x', nowMs), local('2026-12-01T01:00:00'), 'a clock may be ahead')
  t.equal(textTimeOf('Jan  1 00:10:00 host x', Date.parse('2026-12-31T23:30:00Z')), local('2027-01-01T00:10:00'))
  t.equal(textTimeOf('Feb 29 12:00:00 host x', nowMs), undefined, 'no year of these has one')
  t.end()
})

t.test('takes nothing else for a time', (t) => {
  for (const line of [
    '',
    'ERROR x',
    '12:00:00 ERROR x',
    '2026-02-30 12:00:00 x',
    '2026-13-01 12:00:00 x',
    '1.2026-11-23 18:16:07',
    'Foo 23 18:16:07 x',
    `${' '.repeat(300)}2026-11-23 18:16:07`,
  ])
    t.equal(textTimeOf(line, nowMs), undefined, line.trim())
  t.end()
})
