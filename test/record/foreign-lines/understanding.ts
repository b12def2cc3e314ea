import t from 'tap'
import { compileLineParser, type ParserName } from '../../../src/record/foreign-lines/line-parser.js'
import { compileUnderstanding } from '../../../src/record/foreign-lines/understanding.js'

function understood(name: ParserName, lines: readonly string[]): string {
  const [parse, isUnderstood] = [compileLineParser(name), compileUnderstanding(name)]
  return lines.map((line) => (isUnderstood(line, parse(line)) ? '1' : '0')).join('')
}

t.test('understands lines in which it would see an error', (t) => {
  const lines = [
    '{"level":30}',
    ' {"level":30}',
    'web-1  | {"level":30}',
    '{}',
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
  ]
  t.equal(understood('auto', lines), '1'.repeat(lines.length))
  t.end()
})

t.test('understands none of those in which it would not', (t) => {
  const lines = [
    'listening on 3000',
    '  an indented line after that',
    '{',
    '  "level": 50,',
    '}',
    "{ level: 'error' }",
    '{"level":50,"msg":"cut',
    'no error here',
    '\u0001\u0002',
  ]
  t.equal(understood('auto', lines), '0'.repeat(lines.length))
  t.equal(understood('json', ['ERROR x', '{"a":1}', '[1]']), '010')
  t.equal(understood('text', ['ERROR x', '{"a":1}']), '10')
  t.equal(understood('morgan', ['GET / 503 1 ms - 1', 'ERROR x']), '10')
  t.end()
})
