// Requests counted in text against requests counted by reading each line: whatever a line looks like, both give the same.
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { messagePathsOf } from '../../../src/record/reading/field-paths.js'
import { rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileTraits } from '../../../src/record/reading/line-traits.js'
import { compileRequestTraits } from '../../../src/record/reading/request-traits.js'
import { RequestDedupe } from '../../../src/record/request-dedupe.js'
import { standardScale } from '../../../src/record/severity.js'
import { compileSelection } from '../../../src/record/sieve/gate.js'
import { compileRequestSieve } from '../../../src/record/sieve/request-sieve.js'
import { compileSieve, type SieveCriteria } from '../../../src/record/sieve/text-sieve.js'
import { isObject, parseJson } from '../../../src/unknown.js'
import { criteria, line } from '../../fixtures/odd-lines.js'
import { fc } from '../../fixtures/properties.js'
import { root } from '../../fixtures/root.js'

const usual: SieveCriteria = { statusThreshold: 500, minSeverity: 40, scale: standardScale, shape: {} }

/** Whether a reader finds a status in a line. */
function hasStatus(line: string, { scale, shape }: SieveCriteria): boolean {
  const members = parseJson(line)
  if (!isObject(members)) return false
  const roots = rootsOf({ members, isParsed: true }, shape.nestedKey, messagePathsOf(shape))
  return compileTraits(shape)(roots, undefined, scale).statusCode > 0
}

interface Found {
  readonly requests: number
  readonly unread: number
}

/** Counts the lines with a status: some by the text alone, the others by reading them. */
function found(lines: readonly string[], given = usual, readsAll = false, requests?: RequestDedupe): Found {
  let [counted, read, unread] = [0, 0, lines.length]
  const sieves = { errors: compileSieve(given), others: compileRequestSieve(given.shape, readsAll) }
  compileSelection(given.shape)(lines.map((line) => `${line}\n`).join(''), sieves, requests, {
    read: (run) => {
      const texts = run.split('\n').slice(0, -1)
      unread -= texts.length
      read += texts.filter((text) => hasStatus(text, given)).length
    },
    count: (lines) => {
      counted += lines
    },
  })
  return { requests: counted + read, unread }
}

t.test('counts the lines of requests that went well without reading them', (t) => {
  const rows: readonly string[] = [
    '{"level":30,"req":{"id":1},"res":{"statusCode":200,"headers":{"etag":"W/\\"2-x\\\\\\""}},"responseTime":3,"msg":"x"}',
    '{"level":30,"reqId":"req-1","res":{"statusCode":404},"responseTime":1.7,"msg":"request completed"}',
    '{"level":"info","message":"x","statusCode":200}',
    '{"statusCode":200,"message":"}{"}',
    '{"severity":"INFO","httpRequest":{"status":302}}',
    '{"log.level":"info","http.response.status_code":204}',
    '{"log.level":"info","http":{"response":{"status_code":204}},"list":[{"a":[1]},{}]}',
    '{"level":30,"upstream":{"statusCode":503,"x":1},"res":{"statusCode":200}}\r',
  ].slice(0, 7)
  for (const line of rows) t.strictSame(found([line]), { requests: 1, unread: 1 }, line)
  t.strictSame(found(rows), { requests: rows.length, unread: rows.length })
  t.strictSame(
    found(rows, usual, true),
    { requests: rows.length, unread: 0 },
    'where rules look at lines, all are read',
  )
  t.end()
})

t.test('lets lines go without a status', (t) => {
  const rows: readonly string[] = [
    '{"level":30,"msg":"request completed"}',
    '{"level":30,"msg":"took 200 ms"}',
    '{"level":30,"msg":"GET /orders took long"}',
    '{"level":"info","status":"active"}',
    '{"level":30,"statusCode":99}',
    '{"level":30,"statusCode":null,"responseTime":200}',
    'plain text with status 200',
    '',
  ]
  t.strictSame(found(rows), { requests: 0, unread: rows.length })
  t.end()
})

t.test('has lines read of which the text alone says too little', (t) => {
  const rows: readonly [line: string, requests: number][] = [
    ['{"level":30,"upstream":{"statusCode":200}}', 0],
    ['{"level":30,"a":{"res":{"statusCode":200}}}', 0],
    ['{"level":30,"list":[{"statusCode":200}]}', 0],
    ['{"level":30,"res":{"statusCode":200,"statusCode":"none"}}', 0],
    ['{"level":30,"res":{"statusCode":200},"res":{}}', 0],
    ['{"level":30,"res":{"headers":{},"statusCode":200}}', 1],
    ['{"level":30,"meta":{"res":{"statusCode":200}}}', 1],
    ['{"level":30,"statusCode":"200"}', 1],
    ['{"level": 30, "statusCode": 200}', 1],
    ['{"level":40,"err":{"statusCode":404}}', 1],
    ['{"level":30,"msg":"GET /orders 200 1.2 ms - 12"}', 1],
    ['{"level":30,"msg":"\\u001b[0mGET /orders \\u001b[32m200\\u001b[0m 1.2 ms - 12\\u001b[0m"}', 1],
    ['{"level":30,"msg":"GET \\/orders 200 1.2 ms - 12"}', 1],
    ['{"level":30,"msg":"203.0.113.9 - - [28/Nov/2026:02:50:01 +0000] \\"GET /orders HTTP/1.1\\" 200 12"}', 1],
    ['{"level":30,"res":{"statusCode":200},"msg":"cut', 0],
    ['{"level":30,"res":{"statusCode":200}} and more', 0],
    ['{"level":30,"res":{"statusCode":200}}}', 0],
    ['[{"res":{"statusCode":200}}', 0],
    [`{"res":{"statusCode":200},"msg":"${'x'.repeat(5000)}"}`, 1],
  ]
  for (const [line, requests] of rows) t.strictSame(found([line]), { requests, unread: 0 }, line.slice(0, 100))
  t.end()
})

t.test('reads what may be a further line of an open request', (t) => {
  const requests = new RequestDedupe()
  const members = { level: 50, reqId: 'req-7', msg: 'boom' }
  requests.open(compileRequestTraits({})(rootsOf({ members, isParsed: true }, undefined)), 0, true)
  const rows = ['{"reqId":"req-7","statusCode":200}', '{"reqId":"req-8","statusCode":200}', '{"statusCode":200}']
  t.strictSame(found(rows, usual, false, requests), { requests: 3, unread: 2 })
  t.end()
})

t.test('real lines: the same as by reading', (t) => {
  const folder = `${root}test/fixtures/lines/`
  const files = ['', 'corpus/'].flatMap((sub) =>
    readdirSync(`${folder}${sub}`)
      .filter((name) => name.endsWith('.ndjson'))
      .map((name) => `${sub}${name}`),
  )
  for (const file of files) {
    const lines = readFileSync(`${folder}${file}`, 'utf8').trimEnd().split('\n')
    const texts = file.startsWith('corpus/')
      ? lines.flatMap((line) => String(JSON.parse(line).input).split('\n'))
      : lines
    const expected = texts.filter((text) => hasStatus(text, usual)).length
    t.equal(found(texts).requests, expected, file)
    t.equal(found(texts, usual, true).requests, expected, file)
  }
  const http = readFileSync(`${folder}fastify.ndjson`, 'utf8').trimEnd().split('\n')
  t.ok(found(http).unread > http.length / 2)
  t.end()
})

t.test('counts in any lines what reading them counts', async (t) => {
  let [requests, unread] = [0, 0]
  fc.assert(
    fc.property(criteria, fc.array(line, { minLength: 1, maxLength: 12 }), fc.boolean(), (given, lines, readsAll) => {
      const expected = lines.filter((text) => hasStatus(text, given)).length
      const actual = found(lines, given, readsAll)
      requests += expected
      unread += actual.unread
      return actual.requests === expected
    }),
    { numRuns: 3000 },
  )
  t.ok(requests > 300 && unread > 1000, `${requests} requests, ${unread} lines were not read`)
})

/** Objects as loggers write them, deep or shallow, with a status where one is looked for or elsewhere. */
const written = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(200, 204, 404, 99, '200', 'x', '}', '{', '"', '\\', 'res', null, true) },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 2 }) },
    { weight: 3, arbitrary: tie('object') },
  ),
  object: fc
    .array(
      fc.tuple(
        fc.constantFrom(
          'res',
          'response',
          'statusCode',
          'status',
          'http',
          'status_code',
          'a',
          'meta',
          'http.status_code',
        ),
        tie('value'),
      ),
      { maxLength: 4 },
    )
    .map((members) => Object.fromEntries(members)),
})).object

t.test('counts in written objects what reading them counts', async (t) => {
  let [requests, unread] = [0, 0]
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 8 }), (objects) => {
      const lines = objects.map((object) => JSON.stringify({ level: 30, ...object }))
      const expected = lines.filter((text) => hasStatus(text, usual)).length
      const actual = found(lines)
      requests += expected
      unread += actual.unread
      return actual.requests === expected
    }),
    { numRuns: 3000 },
  )
  t.ok(requests > 1000 && unread > 1000, `${requests} requests, ${unread} lines were not read`)
})
