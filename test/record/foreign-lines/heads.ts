import t from 'tap'
import { withoutCarriers } from '../../../src/record/foreign-lines/carriers.js'
import { accessHeadOf, exceptionOf, type Head, headOf, ownWords } from '../../../src/record/foreign-lines/heads.js'

/** The head of a line whose carriers were taken off. */
function headIn(line: string): Head | undefined {
  const { text, isTimed } = withoutCarriers(line, () => false)
  return headOf(text, isTimed)
}

const levels: readonly (readonly [line: string, level: string])[] = [
  ['ERROR db timeout', 'error'],
  ['CRITICAL: db timeout', 'critical'],
  ['02:50:01 CRITICAL db timeout', 'critical'],
  ['ERROR - db timeout', 'error'],
  ['error: db timeout', 'error'],
  ['[ERROR] db timeout', 'error'],
  ['[ error ] db timeout', 'error'],
  ['2026-11-28 02:50:01,123 - shop.orders - ERROR - db timeout', 'error'],
  ['2026-11-28T02:50:01.123Z error: db timeout', 'error'],
  ['2026-11-28T02:50:01.123+01:00 ERROR 71 --- [main] c.e.Orders : db timeout', 'error'],
  ['2026/11/28 02:50:01 [error] 31#31: *7 connect() failed (111: Connection refused)', 'error'],
  ['[Sat Nov 28 02:50:01.123456 2026] [core:error] [pid 71] [client 203.0.113.9] AH00126: Invalid URI', 'error'],
  ['[Sat Nov 28 02:50:01 2026] [crit] [pid 71] out of memory', 'crit'],
  ['nginx: [emerg] bind() to 0.0.0.0:80 failed', 'emerg'],
  ['[Nest] 71  - 11/28/2026, 2:50:01 AM   ERROR [ExceptionsHandler] db timeout', 'error'],
  ['[2026-11-28T02:50:01Z ERROR shop::orders] db timeout', 'error'],
  ['[02:50:01.123] FATAL (shop/71): db timeout', 'fatal'],
  ['[02:50:01 ERR] db timeout', 'error'],
  ['2:50AM ERR db timeout', 'error'],
  ['ERRO[0004] db timeout', 'error'],
  ['FATA[0004] db timeout', 'fatal'],
  ['E, [2026-11-28T02:50:01.123456 #71] ERROR -- : db timeout', 'error'],
  ['2026-11-28 02:50:01.123 UTC [71] FATAL:  password authentication failed', 'fatal'],
  ['2026-11-28T02:50:01.123456Z 0 [ERROR] [MY-010119] [Server] Aborting', 'error'],
  ['2026-11-28 02:50:01,123 71 ERROR shop odoo.http: db timeout', 'error'],
  ['Nov 28 02:50:01 host shop[71]: ERROR db timeout', 'error'],
  ['web-1  | ERROR db timeout', 'error'],
  [' ERROR  db timeout', 'error'],
  ['02:50:01.123\tERROR\tsrc/orders.ts:7\tdb timeout', 'error'],
  ['E1128 02:50:01.123456      71 orders.go:7] db timeout', 'error'],
  ['W1128 02:50:01.123456      71 orders.go:7] slow', 'warn'],
  ['02:50:01 SEVERE: db timeout', 'severe'],
  ['INFO  retried after ERROR: db timeout', 'info'],
  ['2026-11-28 02:50:01 INFO [error-handler] ERROR pages are served from /errors', 'info'],
  ['[info] error: none of ours', 'info'],
  ['WARN ERROR budget is nearly used up', 'warn'],
]

t.test('finds the level where loggers put it', (t) => {
  for (const [line, level] of levels) t.match(headIn(line), { level }, line)
  t.end()
})

t.test('finds exceptions, and what stands below a head', (t) => {
  for (const [line, head] of [
    ['Error: db timeout', { kind: 'exception', type: 'Error', message: 'db timeout' }],
    ['java.lang.IllegalStateException', { kind: 'exception', type: 'java.lang.IllegalStateException', message: '' }],
    [
      'Exception in thread "main" java.io.IOException: x',
      { kind: 'exception', type: 'java.io.IOException', message: 'x' },
    ],
    ['TypeError [ERR_X]: no stock', { kind: 'exception', type: 'TypeError', message: 'no stock' }],
    ['RuntimeError (no stock):', { kind: 'exception', type: 'RuntimeError', message: 'no stock' }],
    ['** (RuntimeError) no stock', { kind: 'exception', type: 'RuntimeError', message: 'no stock' }],
    ['Unhandled exception. System.Exception: x', { kind: 'exception', type: 'System.Exception', message: 'x' }],
    ['uncaughtException: Error: no stock', { kind: 'exception', type: 'Error', message: 'no stock' }],
    ['Uncaught Exception: Error: no stock', { kind: 'exception', type: 'Error', message: 'no stock' }],
    ['⨯ Error: no stock', { kind: 'exception', type: 'Error', message: 'no stock' }],
    ['panic: no stock', { kind: 'exception', message: 'no stock' }],
    ["thread 'main' panicked at 'no stock', src/main.rs:7:5", { kind: 'exception', message: 'no stock' }],
    ['fail: Shop.Orders[0]', { kind: 'opening', below: 'line' }],
    ['Traceback (most recent call last):', { kind: 'opening', below: 'exception' }],
    ['Unhandled Rejection at: [object Promise] reason: Error: x', { kind: 'exception', type: 'Error', message: 'x' }],
    ['logsiren: ERROR x', { kind: 'own' }],
    ['(node:71) Warning: Setting the Error', { kind: 'line', level: 'info' }],
    ['error: Uncaught (in promise) Error: no stock', { kind: 'line', level: 'error' }],
    ['ERROR\t{"code":7,"message":"no stock"}', { kind: 'line', level: 'error', members: { message: 'no stock' } }],
    [
      'INFO\t{"level":"error","message":"no stock"}',
      { kind: 'line', level: 'error', members: { message: 'no stock' } },
    ],
    ['INFO {"level":"error","format":"json"}', { kind: 'line', level: 'info' }],
  ] as const)
    t.match(headOf(line, false), head, line)
  for (const line of [
    'Error',
    'TypeError',
    'Error: null',
    'ErrorBoundary mounted',
    'throw new Error("x")',
    'Uncaught exception handler set',
  ])
    t.equal(headOf(line, false), undefined, line)
  t.match(exceptionOf('Error', true), { type: 'Error', message: '' })
  t.match(accessHeadOf('GET / 503 1 ms - 1'), { kind: 'access', members: { res: { statusCode: 503 } } })
  t.end()
})

t.test('takes the words of a message, and none of the data behind them', (t) => {
  for (const [line, message] of [
    ['ERROR upstream failed {"headers":{"authorization":"Bearer s3cret"}}', 'upstream failed'],
    ["ERROR upstream failed { headers: { cookie: 's3cret' } }", 'upstream failed'],
    ["ERROR upstream failed {'a': 's3cret'}", 'upstream failed'],
    ['ERROR query failed: SELECT 1 -- PARAMETERS: ["s3cret"]', 'query failed: SELECT 1'],
    ['02:50:01 ERR no stock error="gone" sku=7', 'no stock'],
    ['ERROR 71 --- [           main] c.e.Orders     : no stock', 'no stock'],
    ['[2026-11-28T02:50:01Z ERROR shop::orders] no stock', 'no stock'],
    ['ERROR (shop/71): no stock', 'no stock'],
    ['ERRO[0012] no stock', 'no stock'],
  ] as const)
    t.match(headIn(line), { kind: 'line', message }, line)
  t.equal(
    ownWords('Unexpected token \'<\', "<!DOCTYPE "... is not valid JSON'),
    'Unexpected token \'<\', "<!DOCTYPE "... is not valid JSON',
  )
  t.equal(ownWords('Expected } at 1'), 'Expected } at 1')
  t.end()
})
