import t from 'tap'
import { logfmtPairsOf, trailingPairsIn } from '../../../src/record/foreign-lines/logfmt.js'

const logfmtMembersOf = (line: string): unknown => logfmtPairsOf(line)?.members

t.test('reads pairs, quoted or not', (t) => {
  t.strictSame(
    logfmtMembersOf('time=2026-11-28T02:50:01Z level=ERROR msg="db \\"main\\" timeout" err="no route\\nto host"'),
    {
      time: '2026-11-28T02:50:01Z',
      level: 'ERROR',
      msg: 'db "main" timeout',
      err: 'no route\nto host',
    },
  )
  t.strictSame(
    logfmtMembersOf('2026-11-28 heroku[router]: at=error code=H12 desc="Request timeout" path="/orders" status=503'),
    { at: 'error', code: 'H12', desc: 'Request timeout', path: '/orders', status: '503' },
  )
  t.strictSame(logfmtMembersOf('lvl=warn msg=slow'), { level: 'warn', msg: 'slow' })
  t.end()
})

t.test('knows an error that is none', (t) => {
  for (const nothing of ['""', 'nil', '<nil>', 'null', 'false', '0', '-'])
    t.strictSame(logfmtMembersOf(`level=info error=${nothing} msg=done`), { level: 'info', msg: 'done' }, nothing)
  t.end()
})

t.test('takes no other line for one', (t) => {
  for (const line of [
    'level=error',
    'loaded level=error format=json',
    'config: level=error format=json',
    'a=1 b=2',
    'GET /?level=error&status=503 served',
    'said "level=error and status=503"'.replaceAll('=', ' = '),
    'msg="level=error status=503" a=1',
    'msg="never closed level=error status=503',
  ])
    t.equal(logfmtMembersOf(line), undefined, line)
  t.end()
})

t.test('reads single quotes, and what others call an address', (t) => {
  t.strictSame(logfmtMembersOf("status=500 error='Db::Timeout: db timeout' fwd=203.0.113.9"), {
    status: '500',
    error: 'Db::Timeout: db timeout',
    remoteAddress: '203.0.113.9',
  })
  t.end()
})

t.test('takes no level behind other words, but a status', (t) => {
  t.strictSame(logfmtPairsOf('INFO done level=error status=503 tries=2'), {
    members: { status: '503', tries: '2' },
    start: 10,
  })
  t.end()
})

t.test('tells where the pairs begin that a message ends in', (t) => {
  const cut = (text: string): string => text.slice(0, trailingPairsIn(text))
  t.equal(cut('no stock err="it is gone" sku=7'), 'no stock ')
  t.equal(cut('no stock        sku=7'), 'no stock        ')
  t.equal(cut('no stock for sku=7'), 'no stock for sku=7')
  t.equal(cut('where a=1 and b=2 is'), 'where a=1 and b=2 is')
  t.end()
})

t.test('takes linear time, whatever somebody writes into a line', (t) => {
  const startedMs = performance.now()
  for (const line of ['a="'.repeat(100_000), 'a='.repeat(100_000), '"'.repeat(100_000), `a="${'\\'.repeat(100_000)}`])
    logfmtMembersOf(`status=1 ${line}`)
  t.ok(performance.now() - startedMs < 500)
  t.equal(Object.hasOwn(Object(logfmtMembersOf('__proto__=1 level=error')), '__proto__'), true)
  t.end()
})
