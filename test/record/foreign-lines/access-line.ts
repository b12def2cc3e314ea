import t from 'tap'
import { accessMembersOf } from '../../../src/record/foreign-lines/access-line.js'

const combined = (request: string, rest = '503 12 "-" "curl/8"', user = '-'): string =>
  `203.0.113.9 - ${user} [28/Nov/2026:02:50:01 +0000] "${request}" ${rest}`

t.test('reads the combined format, without the query', (t) => {
  t.strictSame(accessMembersOf(combined('GET /orders?token=abc HTTP/1.1')), {
    level: 'info',
    time: '28 Nov 2026 02:50:01 +0000',
    req: { method: 'GET', url: '/orders', remoteAddress: '203.0.113.9' },
    res: { statusCode: 503 },
  })
  t.equal(accessMembersOf(`shop.example:80 ${combined('GET / HTTP/1.1')}`)?.req.remoteAddress, '203.0.113.9')
  t.equal(accessMembersOf(combined('GET / HTTP/2.0', '404 - "-" "-"', 'Ann Lee'))?.res.statusCode, 404)
  t.equal(accessMembersOf(combined('GET / HTTP/1.1', '200')), undefined, 'a line that was cut')
  t.equal(accessMembersOf(`${combined('GET / HTTP/1.1', '500 2')} "-" "-" "extra" 0.003`)?.res.statusCode, 500)
  t.end()
})

t.test('reads the common format, and what was no request', (t) => {
  t.match(accessMembersOf('::1 - - [28/Nov/2026:02:50:01 +0000] "-" 408 3 '), {
    req: { remoteAddress: '::1' },
    res: { statusCode: 408 },
  })
  t.match(accessMembersOf(combined('\\x16\\x03\\"', '400 0 "-" "-"')), { res: { statusCode: 400 } })
  t.end()
})

t.test('reads what morgan calls dev, short and tiny', (t) => {
  const of = (line: string): unknown => accessMembersOf(line)
  t.match(of('GET /orders?a=b 503 1.234 ms - 12'), { req: { method: 'GET', url: '/orders' }, res: { statusCode: 503 } })
  t.match(of('GET /orders 500 12 - 1.234 ms'), { req: { url: '/orders' }, res: { statusCode: 500 } })
  t.match(of('::1 - POST /orders HTTP/1.1 502 - - 1.234 ms'), {
    req: { remoteAddress: '::1' },
    res: { statusCode: 502 },
  })
  t.end()
})

t.test('takes nothing that a client sends for a status', (t) => {
  t.equal(accessMembersOf(combined('GET /"500 HTTP/1.1', '200 1 "-" "x"'))?.res.statusCode, 200)
  t.equal(accessMembersOf(combined('GET / HTTP/1.1', '200 1 "\\" 500 " "GET / HTTP/1.1" 500 1'))?.res.statusCode, 200)
  const forged = 'a [28/Nov/2026:02:50:01 +0000] "GET / HTTP/1.1" 500 1 "-" "-'
  t.equal(accessMembersOf(combined('GET / HTTP/1.1', '200 1 "-" "x"', forged)), undefined)
  t.end()
})

t.test('takes no other line for one, nor a request that was never answered', (t) => {
  for (const line of [
    combined('GET / HTTP/1.1', '- - "-" "-"'),
    'GET / - - ms - -',
    'GET /orders 503',
    'listening on port 503 now',
    'the request "GET / HTTP/1.1" 503 1',
    '',
  ])
    t.equal(accessMembersOf(line), undefined, line)
  t.end()
})

t.test('takes linear time, whatever somebody writes into a line', (t) => {
  const startedMs = performance.now()
  for (const piece of [' ', '"', '\\', 'a', '[', '" 500 ', 'GET / HTTP/1.1" ']) {
    accessMembersOf(combined(piece.repeat(100_000)))
    accessMembersOf(piece.repeat(100_000))
    accessMembersOf(`1.2.3.4 - ${piece.repeat(100_000)}`)
    accessMembersOf(`GET ${piece.repeat(100_000)}`)
  }
  t.ok(performance.now() - startedMs < 1000, `${performance.now() - startedMs} ms`)
  t.end()
})
