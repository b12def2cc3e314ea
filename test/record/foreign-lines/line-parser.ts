import t from 'tap'
import { compileLineParser } from '../../../src/record/foreign-lines/line-parser.js'

const json = '{"level":50,"msg":"db timeout"}'
const access = '203.0.113.9 - - [28/Nov/2026:02:50:01 +0000] "GET / HTTP/1.1" 503 12 "-" "curl/8"'

t.test('reads each line as what it looks like', (t) => {
  const parse = compileLineParser('auto')
  t.match(parse(json), { kind: 'json', start: 0 })
  t.match(parse(access), { kind: 'members', members: { res: { statusCode: 503 } } })
  t.match(parse('ERROR db timeout'), { kind: 'members', members: { level: 'error', msg: 'db timeout' } })
  t.match(parse('\u001b[0mGET / \u001b[31m503\u001b[0m 1.234 ms - 12\u001b[0m'), {
    kind: 'members',
    members: { res: { statusCode: 503 } },
  })
  t.match(parse('INFO served 200 requests'), { kind: 'nothing' })
  t.match(parse(''), { kind: 'nothing' })
  t.end()
})

t.test('finds JSON behind what others put before a line', (t) => {
  const parse = compileLineParser('auto')
  for (const prefix of [
    'web-1  | ',
    '[pod/web-1/web] ',
    '2026-11-28T02:50:01.123456789Z ',
    '2026-11-28T02:50:01.123456789Z stdout F ',
    'Nov 28 02:50:01 host web[71]: ',
    '  ',
  ])
    t.match(parse(`${prefix}${json}`), { kind: 'json', start: prefix.length }, prefix)
  t.match(parse('2026-11-28T02:50:01Z error: db timeout {"tries":3}'), { kind: 'members', members: { level: 'error' } })
  t.match(parse('order failed {"level":50}'), { kind: 'nothing' })
  t.match(parse('web-1  | {"level":50'), { kind: 'nothing' })
  t.end()
})

t.test('reads all lines in one way where that is named', (t) => {
  t.match(compileLineParser('json')('ERROR'), { kind: 'json', start: 0 })
  t.match(compileLineParser('text')(access), { kind: 'nothing' })
  t.match(compileLineParser('text')(json), { kind: 'nothing' })
  t.match(compileLineParser('morgan')(access), { kind: 'members' })
  t.match(compileLineParser('morgan')('ERROR'), { kind: 'nothing' })
  t.end()
})
