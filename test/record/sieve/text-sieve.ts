// Sieve and parse against parse alone: whatever a line looks like, the sieve lets it through if it is an error.
import { readdirSync, readFileSync } from 'node:fs'
import pino from 'pino'
import t from 'tap'
import { type LineShape, messagePathsOf } from '../../../src/record/reading/field-paths.js'
import { rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileTraits, isErrorLine } from '../../../src/record/reading/line-traits.js'
import { announcedScale, rankedScale, type SeverityScale, standardScale } from '../../../src/record/severity.js'
import { compileSieve, lineEnd, type Sieve, type SieveCriteria } from '../../../src/record/sieve/text-sieve.js'
import { isObject, parseJson } from '../../../src/unknown.js'
import { fc } from '../../fixtures/properties.js'
import { root } from '../../fixtures/root.js'

const usual: SieveCriteria = { statusThreshold: 500, minSeverity: 40, scale: standardScale, shape: {} }

/** The naive way: parse the line and judge it. */
function isError(line: string, { statusThreshold, minSeverity, scale, shape }: SieveCriteria): boolean {
  const members = parseJson(line)
  if (!isObject(members)) return false
  const traits = compileTraits(shape)(
    rootsOf({ members, isParsed: true }, shape.nestedKey, messagePathsOf(shape)),
    undefined,
    scale,
  )
  return !traits.isOwn && isErrorLine(traits, statusThreshold, minSeverity)
}

/** The numbers of the lines that the sieve lets through. */
function passed(text: string, sieve: Sieve): Set<number> {
  const numbers = new Set<number>()
  for (let from = 0; from < text.length; ) {
    const at = sieve(text, from)
    if (at < 0) break
    numbers.add(text.slice(0, at).split('\n').length - 1)
    from = lineEnd(text, at)
  }
  return numbers
}

const isPassed = (line: string, criteria: SieveCriteria = usual): boolean =>
  passed(`${line}\n`, compileSieve(criteria)).size > 0

t.test('lets nothing through that is fine in the shapes that loggers write', (t) => {
  const rows: readonly string[] = [
    '{"level":30,"time":1,"msg":"request completed"}',
    '{"level":30,"req":{"id":1},"res":{"statusCode":200,"headers":{}},"responseTime":503,"msg":"500"}',
    '{"level":30,"res":{"statusCode":499}}',
    '{"level":"info","message":"HTTP GET /","meta":{"res":{"statusCode":404}}}',
    '{"level":"INFO","status":"active"}',
    '{"severity":"INFO","httpRequest":{"status":302}}',
    '{"log.level":"info","http":{"response":{"status_code":204}}}',
    '{"level": 20 , "statusCode" : "200" }',
    '{"level":40,"msg":"slow"}',
    '{"level":40,"status":{"code":7},"statusCode":null}',
    '{"level":"warn","message":"an err and an error in a text"}',
    '{"msg":"no level at all","status":[500]}',
    '{"level":30,"msg":"line one\\nline two","err":{"message":"below minLevel"}}',
    'plain text with status 500',
    '',
    '{"levelname":"INFO","message":"x"}',
    '{"lvl":"info","msg":"x"}',
    '{"@t":"2026-05-04T10:00:00Z","@mt":"x","@l":"Debug"}',
    '{"status":"info","message":"x"}',
    '{"status":"ok","msg":"x"}',
    '{"severityText":"INFO","severityNumber":9,"body":"x"}',
    '{"level":30,"msg":"GET /orders 200 1.2 ms - 12"}',
    '{"level":30,"msg":"a Test of 500 items"}',
  ]
  for (const line of rows) {
    t.notOk(isError(line, usual), `no error: ${line}`)
    t.notOk(isPassed(line), line)
  }
  t.end()
})

t.test('lets through what is an error, however it is written', (t) => {
  const rows: readonly string[] = [
    '{"level":50,"msg":"x"}',
    '{"level":30,"level":50,"msg":"x"}',
    '{"level":30,"res":{"statusCode":503}}',
    '{"level":30,"statusCode":"503"}',
    '{"level":30,"statusCode":5e2}',
    '{"level":30,"statusCode":500.0}',
    '{"level":30,"statusCode":"0500"}',
    '{"level":30,"st\\u0061tusCode":500}',
    '{"l\\u0065vel":50}',
    '{"level":"\\u0065rror","msg":"x"}',
    '{"level":30,"statusCode" \t:\t 500 }',
    '{"level":"40","error":"text"}',
    '{"level":40,"err":{"type":"Error","message":"x"}}',
    '{"level":40,"err.message":"x"}',
    '{"level":"WARN","stack":"Error: x"}',
    '{"level":"warning","exception":true,"message":"x"}',
    '{"level":45,"res":{"statusCode":200},"error":"x"}',
    '{"meta":{"level":"crit","message":"x"}}',
    '{"severity":"EMERGENCY","message":"x"}',
    '{"log":{"level":"error"},"message":"x"}',
    '{"level":30,"http.response.status_code":502}',
    '{"level":30,"res":{"statusCode":200,"statusCode":500}}',
    '{"level":30,"statusCode":500}\r',
    '{"levelname":"ERROR","message":"x"}',
    '{"lvl":"error","msg":"x"}',
    '{"@t":"2026-05-04T10:00:00Z","@mt":"x","@l":"Error"}',
    '{"@t":"x", "@l" : "Fatal"}',
    '{"status":"error","message":"x"}',
    '{"status":"ERROR","message":"x"}',
    '{"status":"[critical]","message":"x"}',
    '{"severityNumber":20,"body":"x"}',
    '{"severityLevel":3,"message":"x"}',
    '{"level.levelStr":"ERROR"}',
    '{"level":{"levelStr":"ERROR"}}',
    '{"_meta":{"logLevelName":"ERROR"}}',
    '{"level":"\\u001b[31merror\\u001b[39m","message":"x"}',
    '{"level":30,"msg":"GET /orders 503 1.2 ms - 12"}',
    '{"level":30,"msg":"\\u001b[0mGET /orders \\u001b[31m503\\u001b[0m 1.2 ms - 12\\u001b[0m"}',
    '{"level":30,"msg":"GET \\/orders 503 1.2 ms - 12"}',
    '{"level":30,"msg":"203.0.113.9 - - [28/Nov/2026:02:50:01 +0000] \\"GET /orders HTTP/1.1\\" 503 12"}',
    '{"level":30,"err":{"output":{"statusCode":503}}}',
  ]
  for (const line of rows) {
    t.ok(isError(line, usual), `an error: ${line}`)
    t.ok(isPassed(line), line)
  }
  t.end()
})

t.test('every status threshold passes what reaches it, and holds back what does not', (t) => {
  for (let statusThreshold = 1; statusThreshold <= 610; statusThreshold += 1) {
    const sieve = compileSieve({ ...usual, statusThreshold })
    const codes = Array.from({ length: 599 }, (_, i) => i + 1)
    const text = codes.map((code) => `{"level":30,"statusCode":${code}}\n`).join('')
    const numbers = passed(text, sieve)
    const wrong = codes.filter((code) => numbers.has(code - 1) !== (code >= statusThreshold && code >= 100))
    t.strictSame(wrong, [], `${statusThreshold}`)
  }
  t.strictSame(passed('{"statusCode":503}\n', compileSieve({ ...usual, statusThreshold: 2 ** 31 - 1 })).size, 0)
  t.end()
})

t.test('follows minLevel, custom levels and renamed keys', (t) => {
  const scale = announcedScale({ ...pino.levels.values, notice: 35, trouble: 45 })
  const own = { ...usual, scale }
  t.notOk(isPassed('{"level":35,"err":{}}', own), 'a level below minLevel that the logger announced')
  t.ok(isPassed('{"level":35,"msg":"x"}'), 'nobody has announced it')
  t.notOk(isPassed('{"level":45,"msg":"x"}', own))
  t.ok(isPassed('{"level":45,"error":"x"}', own))
  t.ok(isPassed('{"level":30,"error":"x"}', { ...usual, minSeverity: 30 }))
  t.notOk(isPassed('{"level":30,"msg":"x"}', { ...usual, minSeverity: 30 }))
  t.notOk(isPassed('{"level":40,"error":"x"}', { ...usual, minSeverity: 60 }))
  const syslog = { ...usual, scale: rankedScale({ emerg: 0, error: 3, warning: 4, info: 6 }) }
  t.ok(isPassed('{"level":"emerg"}', syslog))
  t.notOk(isPassed('{"level":"warning"}', syslog))
  t.ok(isPassed('{"level":40,"failure":{"message":"x"}}', { ...usual, shape: { errorKey: 'failure' } }))
  const falling = announcedScale({ info: 400, warn: 300, error: 200 })
  t.notOk(isPassed('{"level":300,"statusCode":200}', { ...usual, scale: falling }))
  t.ok(isPassed('{"level":400,"statusCode":300}', { ...usual, scale: falling, statusThreshold: 300 }), 'no level')
  t.ok(
    isPassed('{"level":300}', {
      ...usual,
      scale: falling,
      statusThreshold: 300,
      shape: { fields: { statusCode: 'level' } },
    }),
    'a level that is the status too',
  )
  t.ok(isPassed('{"level":30,"http":{"code":503}}', { ...usual, shape: { fields: { statusCode: 'http.code' } } }))
  t.notOk(isPassed('{"level":30,"http":{"code":200}}', { ...usual, shape: { fields: { statusCode: 'http.code' } } }))
  t.end()
})

t.test('lets everything through where it has nothing to hold on to', (t) => {
  const fine = '{"level":30,"msg":"fine"}'
  for (const statusCode of ['codes.0', 'codes.length', 'stätus', 'a/b', 'x.', 'say "it"'])
    t.ok(isPassed(fine, { ...usual, shape: { fields: { statusCode } } }), statusCode)
  for (const level of ['levels.0', 'stufe-ü']) t.ok(isPassed(fine, { ...usual, shape: { fields: { level } } }), level)
  for (const errorMessage of ['fehler-ü.text', ''])
    t.ok(isPassed(fine, { ...usual, shape: { fields: { errorMessage } } }), errorMessage)
  t.end()
})

t.test('real lines: every error passes, and every other line of a request does not', (t) => {
  const folder = `${root}test/fixtures/lines/`
  let errors = 0
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ndjson'))) {
    const lines = readFileSync(`${folder}${file}`, 'utf8').trimEnd().split('\n')
    const numbers = passed(`${lines.join('\n')}\n`, compileSieve(usual))
    lines.forEach((line, number) => {
      if (isError(line, usual)) errors += 1
      t.equal(numbers.has(number), isError(line, usual), line.slice(0, 200))
    })
  }
  t.ok(errors > 5)
  t.end()
})

// Lines are generated as text, since the point is what JSON.stringify would never write.
// biome-ignore format: a list
const keys = [
  'level', 'log.level', 'log', 'severity', 'res', 'response', 'statusCode', 'status_code', 'status', 'http',
  'http.response.status_code', 'httpRequest', 'err', 'error', 'exception', 'stack', 'errorMessage', 'error_message',
  'levelname', 'level_name', 'level.name', 'lvl', '@l', 'logLevel', '_meta', 'logLevelName', 'name', 'levelStr', 'severityText',
  'severityNumber', 'severityLevel', 'short_message', 'channel', 'status-code', 'httpStatus', 'output', 'extensions', 'stack_trace', '@x',
  'context', '0', 'event', 'exc_info',
  'err.message', 'message', 'msg', 'type', 'meta', 'metadata', 'inner', 'failure', 'code', 'codes', 'text', '__proto__',
  'höhe', 'x',
]
// biome-ignore format: a list
const levels = [0, 10, 20, 30, 35, 40, 45, 50, 60, 500, '30', '50', 'info', 'INFO', 'Warn', 'warn', 'error', 'ERROR', 'crit', 'trouble', 'notice', 'spam', 'ëx']
// biome-ignore format: a list
const scalars = [...levels, 99, 100, 199, 200, 400, 404, 428, 429, 430, 499, 500, 503, 599, 600, 300, '200', '404', '503', '0503', '-503', '5xx', '12, "status":500', '', ' ', true, false, null, 'db down', 'logsiren: x', 'a\nb', '"level":50', '\\u0041', 'Error: x\n    at y', 17, 9, 13, 3, 6, '\u001b[31merror\u001b[39m', '[ERROR]', ' warn ', 'ERROR+2', 'ftl', 'active', 'prod-eu', 'GET /x 503 1 ms - 2', 'GET /x 200 1 ms - 2', '\u001b[0mGET /x \u001b[31m503\u001b[0m 1 ms - 2\u001b[0m', '203.0.113.9 - - [28/Nov/2026:02:50:01 +0000] "GET /x HTTP/1.1" 503 12 "-" "c"', '😀', '\ud800', '\u2028']

/** JSON as others write it: escaped letters, odd numbers, white space. */
const spelled = (json: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(json) },
    {
      weight: 1,
      arbitrary: fc.nat().map((at) => {
        const index = 1 + (at % Math.max(1, json.length - 2))
        const char = json.charAt(index)
        if (!json.startsWith('"') || !/[a-z0-9. ]/i.test(char) || json.includes('\\')) return json
        const hex = char.charCodeAt(0).toString(16).padStart(4, '0')
        return `${json.slice(0, index)}\\u${at % 2 === 0 ? hex : hex.toUpperCase()}${json.slice(index + 1)}`
      }),
    },
  )
const numbers = fc.constantFrom('5e2', '500.0', '50e1', '503', '0.5e3', '-0', '1E2', '5.03e2', '4e1', '40.0')
const space = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(' ', '\t', '\r ') },
)
const value: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...scalars).chain((scalar) => spelled(JSON.stringify(scalar))) },
    { weight: 1, arbitrary: numbers },
    { weight: 3, arbitrary: tie('object') },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 2 }).map((items) => `[${items.join(',')}]`) },
  ),
  object: fc
    .array(
      fc.tuple(
        fc.constantFrom(...keys).chain((key) => spelled(JSON.stringify(key))),
        space,
        space,
        tie('value'),
        space,
      ),
      {
        maxLength: 4,
      },
    )
    .map((members) => `{${members.map(([key, a, b, member, c]) => `${key}${a}:${b}${member}${c}`).join(',')}}`),
})).object
const head = fc.constantFrom(
  '"level":30',
  '"level":40',
  '"level":"info"',
  '"level":"WARN"',
  '"severity":"INFO"',
  '"status":"info"',
  '"@t":"x"',
  '"levelname":"INFO"',
  '"severityNumber":9',
  '"level":200,"channel":"app"',
  '"level":6,"short_message":"x"',
  '"msg":"x"',
)
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(head, value)
      .map(([first, rest]) => (rest === '{}' ? `{${first}}` : `{${first},${rest.slice(1)}`)),
  },
  { weight: 2, arbitrary: value },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => text.replace(/\n/g, ' ')) },
)
const shape: fc.Arbitrary<LineShape> = fc.constantFrom<LineShape>(
  {},
  {},
  { errorKey: 'failure' },
  { messageKey: 'text', nestedKey: 'inner' },
  { fields: { statusCode: 'http.code' } },
  { fields: { statusCode: ['codes.0', 'status'], errorMessage: ['failure.text', 'err.message'] } },
  { fields: { statusCode: 'level', errorMessage: 'x' } },
  { fields: { statusCode: 'höhe' } },
  { fields: { level: ['x', 'log.level'] } },
  { fields: { level: 'inner.status', statusCode: 'code' } },
  { fields: { level: 'höhe' } },
)
const scale: fc.Arbitrary<SeverityScale> = fc.constantFrom(
  standardScale,
  standardScale,
  announcedScale({ ...pino.levels.values, notice: 35, trouble: 45, spam: 500 }),
  announcedScale({ debug: 500, info: 400, warn: 300, error: 200, fatal: 100 }),
  rankedScale({ error: 0, warn: 1, info: 2, debug: 3 }),
)
const criteria: fc.Arbitrary<SieveCriteria> = fc.record({
  statusThreshold: fc.constantFrom(500, 500, 400, 429, 100, 1, 599, 600, 100_000),
  minSeverity: fc.constantFrom(40, 40, 10, 30, 50, 60),
  scale,
  shape,
})

t.test('holds back no error of any lines', async (t) => {
  let errors = 0
  let held = 0
  fc.assert(
    fc.property(criteria, fc.array(line, { minLength: 1, maxLength: 12 }), (given, lines) => {
      const numbers = passed(lines.map((text) => `${text}\n`).join(''), compileSieve(given))
      return lines.every((text, number) => {
        const expected = isError(text, given)
        if (expected) errors += 1
        else if (!numbers.has(number)) held += 1
        return !expected || numbers.has(number)
      })
    }),
    { numRuns: 3000 },
  )
  t.ok(errors > 1000 && held > 1000, `${errors} errors passed, ${held} lines held back`)
})
