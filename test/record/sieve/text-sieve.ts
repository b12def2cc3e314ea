// Sieve and parse against parse alone: whatever a line looks like, the sieve lets it through if it is an error.
import { readdirSync, readFileSync } from 'node:fs'
import pino from 'pino'
import t from 'tap'
import { messagePathsOf } from '../../../src/record/reading/field-paths.js'
import { rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileTraits, isErrorLine } from '../../../src/record/reading/line-traits.js'
import { announcedScale, rankedScale, standardScale } from '../../../src/record/severity.js'
import { compileSieve, lineEnd, type Sieve, type SieveCriteria } from '../../../src/record/sieve/text-sieve.js'
import { isObject, parseJson } from '../../../src/unknown.js'
import { criteria, line } from '../../fixtures/odd-lines.js'
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
