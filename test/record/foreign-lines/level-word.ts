import t from 'tap'
import { levelWordOf, saysNothing } from '../../../src/record/foreign-lines/level-word.js'

const levels: readonly (readonly [line: string, level: string])[] = [
  ['ERROR db timeout', 'error'],
  ['CRITICAL: db timeout', 'critical'],
  ['02:50:01 CRITICAL db timeout', 'critical'],
  ['ERROR - db timeout', 'error'],
  ['error: db timeout', 'error'],
  ['Error: db timeout', 'error'],
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
  ['fail: Shop.Orders[0]', 'error'],
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
  ['panic: runtime error: index out of range [7] with length 7', 'panic'],
  ['02:50:01 SEVERE: db timeout', 'severe'],
  ['INFO  retried after ERROR: db timeout', 'info'],
  ['2026-11-28 02:50:01 INFO [error-handler] ERROR pages are served from /errors', 'info'],
  ['[info] error: none of ours', 'info'],
  ['WARN ERROR budget is nearly used up', 'warn'],
]
const prose: readonly string[] = [
  '',
  'listening on port 8080',
  'Starting up, ERROR pages are served from /errors',
  'There was an error while loading',
  'no error: all is well',
  'Errors: 0, warnings: 3',
  'error: null',
  'ERROR: 0 errors found',
  'ERROR: no errors',
  'Error: 0, Warning: 2',
  'ERROR RATE 0.1%',
  'ERROR-CODES loaded',
  'CRITICAL CSS extracted',
  'ALERT manager started',
  'PANIC button pressed',
  '- ERROR: a line of a diff or a list',
  '# ERROR: a heading',
  '* Error: in a list',
  'error: 0',
  'ERROR: none',
  'error-handler: registered',
  'errorHandler: registered',
  'Error handling is on',
  'see [error] in the manual',
  'failed with error: db timeout',
  'loaded fatal.js',
  'x.ERROR.y is a key',
  'fail fast is on',
  `${'x'.repeat(300)} ERROR too far behind`,
]

t.test('finds the level where loggers put it', (t) => {
  for (const [line, level] of levels) t.equal(levelWordOf(line)?.level, level, line)
  t.end()
})

t.test('takes no sentence for one', (t) => {
  for (const line of prose) t.equal(levelWordOf(line), undefined, line)
  t.end()
})

t.test('tells where the message begins', (t) => {
  const line = '2026-11-28T02:50:01.123Z error: db timeout'
  t.equal(line.slice(levelWordOf(line)?.end), ': db timeout')
  const klog = 'E1128 02:50:01.123456      71 orders.go:7] db timeout'
  t.equal(klog.slice(levelWordOf(klog)?.end), '] db timeout')
  t.end()
})

t.test('knows what says that there is none', async (t) => {
  for (const after of [': none', ': 0', ': 0, Warning: 2', ' : no errors', ": ''", ': 0 errors found'])
    t.ok(saysNothing(after), after)
  for (const after of [': no such file', ': 0x1 is bad', ': nobody', ': none of them answered', ''])
    t.notOk(saysNothing(after), after)
})
