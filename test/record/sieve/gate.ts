import t from 'tap'
import type { LineShape } from '../../../src/record/reading/field-paths.js'
import { rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileTraits, isErrorLine } from '../../../src/record/reading/line-traits.js'
import { compileRequestTraits } from '../../../src/record/reading/request-traits.js'
import { RequestDedupe } from '../../../src/record/request-dedupe.js'
import { standardScale } from '../../../src/record/severity.js'
import { compileSelection } from '../../../src/record/sieve/gate.js'
import { compileSieve } from '../../../src/record/sieve/text-sieve.js'
import { fc } from '../../fixtures/properties.js'

const sieve = compileSieve({ statusThreshold: 500, minSeverity: 40, scale: standardScale, shape: {} })
const readTraits = compileTraits({})

/** Counts errors as the intake does: parse, judge, tell requests apart. */
function counter(
  requests: RequestDedupe,
  shape: LineShape = {},
): { read: (lines: string) => void; errors: number; lines: number } {
  const readRequest = compileRequestTraits(shape)
  const state = {
    errors: 0,
    lines: 0,
    read: (lines: string): void => {
      for (const line of lines.split('\n').filter((text) => text !== '')) {
        state.lines += 1
        const roots = rootsOf({ members: JSON.parse(line), isParsed: true }, undefined)
        if (!isErrorLine(readTraits(roots, undefined, standardScale), 500, 40)) requests.pass(readRequest(roots))
        else {
          const request = readRequest(roots)
          if (requests.find(request, 0) !== undefined) continue
          state.errors += 1
          requests.open(request, 0, true)
        }
      }
    },
  }
  return state
}

t.test('neighbouring lines are read in one go, others not at all', (t) => {
  const [fine, error] = ['{"level":30}\n', '{"level":50}\n']
  const rows: [text: string, runs: string[]][] = [
    ['', []],
    [fine, []],
    [error, [error]],
    [error + error, [error + error]],
    [fine + error + error + fine + fine + error, [error + error, error]],
    [error + fine + error + fine, [error, error]],
    [`${fine}${error.trimEnd()}`, [error.trimEnd()]],
  ]
  for (const [text, expected] of rows) {
    const runs: string[] = []
    compileSelection({})(text, { errors: sieve }, undefined, { read: (lines) => runs.push(lines) })
    t.strictSame(runs, expected, JSON.stringify(text))
  }
  t.end()
})

t.test('the last line of a request that is open is read too, and no other', (t) => {
  const failed = '{"level":50,"reqId":"req-7","msg":"boom"}\n'
  const last = (id: string): string => `{"level":30,"reqId":${id},"res":{"statusCode":200},"responseTime":2}\n`
  const rows: [line: string, lines: number][] = [
    [last('"req-7"'), 2],
    [last('"req-\\u0037"'), 2],
    [last('"req-8"'), 1],
    [last('7'), 1],
    ['{"level":30,"reqId":"req-7","res":{"statusCode":200}}\n', 1],
    ['{"level":30,"responseTime":2}\n', 1],
  ]
  for (const [line, lines] of rows) {
    const requests = new RequestDedupe()
    const state = counter(requests)
    compileSelection({})(failed + line, { errors: sieve }, requests, { read: state.read })
    t.equal(state.lines, lines, line)
  }
  t.end()
})

const id = fc.constantFrom(
  '"a"',
  '"b"',
  '1',
  '1.0',
  '1e0',
  '"1"',
  '"\\u0061"',
  '""',
  'null',
  '{}',
  '12345678901234567890',
)
const member = fc.oneof(
  id.map((id) => `"reqId":${id}`),
  id.map((id) => `"req":{"id":${id},"method":"GET"}`),
  id.map((id) => `"requestId" : ${id}`),
  id.map((id) => `"http.request.id":${id}`),
  id.map((id) => `"req_id":${id}`),
  id.map((id) => `"x-request-id":${id}`),
  id.map((id) => `"jobId":${id}`),
  id.map((id) => `"höhe":${id}`),
  id.map((id) => `"ids":[${id}]`),
  fc.constantFrom('"responseTime":1.5', '"response_time": 2', '"responseTime":"slow"', '"meta":{"responseTime":1}'),
  fc.constantFrom('"res":{"statusCode":500}', '"res":{"statusCode":200}', '"pid":1', '"hostname":"h"', '"id":5'),
)
const line = fc
  .tuple(fc.constantFrom('30', '30', '50'), fc.array(member, { maxLength: 4 }))
  .map(([level, members]) => `{${[`"level":${level}`, ...members].join(',')}}\n`)

t.test('counts what is counted when every line is read', async (t) => {
  let unread = 0
  const shape = fc.constantFrom<LineShape>(
    {},
    {},
    { fields: { requestId: ['jobId', 'req.id'] } },
    { fields: { requestId: 'höhe' } },
    { fields: { requestId: 'ids.0' } },
  )
  fc.assert(
    fc.property(shape, fc.array(fc.array(line, { maxLength: 8 }), { maxLength: 4 }), (shape, chunks) => {
      const [all, selected] = [new RequestDedupe(), new RequestDedupe()]
      const [expected, state] = [counter(all, shape), counter(selected, shape)]
      const selectLines = compileSelection(shape)
      const isSame = chunks.every((lines) => {
        const text = lines.join('')
        expected.read(text)
        selectLines(text, { errors: sieve }, selected, { read: state.read })
        return state.errors === expected.errors
      })
      unread += expected.lines - state.lines
      return isSame
    }),
    { numRuns: 3000 },
  )
  t.ok(unread > 1000, `${unread} lines were not read`)
})
