import t from 'tap'
import { messagesOf, readEvents } from '../../fixtures/read-events.js'

t.test('counts a line with an exception and its stack once', (t) => {
  for (const [name, text, ...expected] of [
    [
      'Python, logged',
      `ERROR:root:order failed
Traceback (most recent call last):
  File "orders.py", line 7, in place
    raise ValueError('no stock')
ValueError: no stock`,
      ['error', 'root:order failed'],
    ],
    [
      'Python, a chain that ended the program',
      `Traceback (most recent call last):
  File "orders.py", line 7, in place
KeyError: 'sku'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "orders.py", line 9, in place
requests.exceptions.Timeout: no answer
INFO done`,
      ['error', 'no answer'],
    ],
    [
      'Java',
      `2026-11-28 02:50:01.123 ERROR 71 --- [main] c.e.Orders : order failed

java.lang.IllegalStateException: no stock
\tat com.example.Orders.place(Orders.java:7)
Caused by: java.io.IOException: db timeout
\tat com.example.Db.query(Db.java:7)
\t... 3 more
2026-11-28 02:50:02.123  INFO 71 --- [main] c.e.Orders : done`,
      ['error', 'order failed'],
    ],
    [
      'Java, uncaught',
      `Exception in thread "main" java.lang.IllegalStateException: no stock
\tat com.example.Orders.place(Orders.java:7)`,
      ['error', 'no stock'],
    ],
    [
      'JavaScript, uncaught',
      `/app/orders.js:7
throw new TypeError('no stock')
^

TypeError: no stock
    at Object.<anonymous> (/app/orders.js:7:7)
    at Module._compile (node:internal/modules/cjs/loader:1358:14)

Node.js v20.20.2`,
      ['error', 'no stock'],
    ],
    [
      'console.error with an error',
      `order failed Error: no stock
    at place (/app/orders.js:7:7) {
  code: 'ENOSTOCK'
}
order failed Error: no stock
    at place (/app/orders.js:7:7)`,
      ['error', 'order failed Error: no stock'],
      ['error', 'order failed Error: no stock'],
    ],
    [
      'an error without a message',
      `Error
    at place (/app/orders.js:7:7)`,
      ['error', 'Error'],
    ],
    [
      'pino-pretty',
      `[02:50:01.123] ERROR (71): order failed
    err: {
      "type": "Error",
      "message": "no stock",
      "stack":
          Error: no stock
              at place (/app/orders.js:7:7)
    }`,
      ['error', 'order failed'],
    ],
    [
      'a warning with a stack',
      `2026-11-28 02:50:01 WARN retrying Error: no stock
    at place (/app/orders.js:7:7)`,
      ['warn', 'retrying Error: no stock'],
    ],
  ] as const)
    t.strictSame(messagesOf(text), expected, name)
  t.end()
})

t.test('counts errors that stand below each other one by one', (t) => {
  t.equal(messagesOf('Error: a\nError: a\nError: b').length, 3)
  t.equal(messagesOf('ERROR a\nERROR b\nsomething else\nError: c').length, 3)
  t.end()
})

t.test('reads pairs, with a level before them where they have none', (t) => {
  const of = (line: string): unknown => readEvents([`${line}\n`]).members[0]
  t.match(of('level=error msg="db timeout" status=503'), { level: 'error', msg: 'db timeout', status: '503' })
  t.match(of('02:50:01 ERROR db timeout status=200 tries=3'), { level: 'error', status: '200', msg: 'db timeout' })
  t.match(of('level=info msg="ERROR: was mended" status=200'), { level: 'info' })
  t.end()
})

t.test('sees through colours', (t) => {
  t.strictSame(messagesOf('\u001b[31merror\u001b[39m: db timeout\n\u001b[1m\u001b[41m ERROR \u001b[0m db timeout'), [
    ['error', 'db timeout'],
    ['error', 'db timeout'],
  ])
  t.end()
})

t.test('lets all else go', (t) => {
  const lines = [
    'INFO no error here, 0 errors',
    '2026-11-28 02:50:01 DEBUG error=false',
    'There was an error, which we mended',
    '  error: indented, as what belongs to another line is',
    '\tERROR likewise',
    'logsiren: Expected Redis to answer, got: error: none',
    'web-1  | logsiren: [error] this is a warning of ours',
    'INFO where are we?',
    '    at place (/app/orders.js:7:7)',
    'Caused by: java.io.IOException: db timeout',
    '✔ error handling (3 ms)',
    'Tests run: 7, Failures: 0, Errors: 0',
    'compiled with 0 errors',
    '',
    '\r',
  ]
  t.strictSame(
    messagesOf(lines.filter((line) => !line.startsWith('INFO where') && !line.includes('    at')).join('\n')),
    [],
  )
  // Only its level says whether a line with a stack counts.
  t.strictSame(messagesOf('INFO where are we?\n    at place (/app/orders.js:7:7)'), [['info', 'where are we?']])
  t.strictSame(messagesOf('logsiren: a warning\n    at place (/app/orders.js:7:7)'), [])
  t.end()
})

t.test('what a client sent hides no line, however it begins', (t) => {
  t.strictSame(
    messagesOf('[error] login failed for logsiren: me\n2026-11-28 02:50:01 ERROR [web] user [x] logsiren: y'),
    [
      ['error', 'login failed for logsiren: me'],
      ['error', '[web] user [x] logsiren: y'],
    ],
  )
  t.end()
})
