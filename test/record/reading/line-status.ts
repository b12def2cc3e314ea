import t from 'tap'
import type { LineShape } from '../../../src/record/reading/field-paths.js'
import { rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileStatus, status, statusOf } from '../../../src/record/reading/line-status.js'

const statusIn = (members: object, shape: LineShape = {}): number =>
  compileStatus(shape, shape.redact)(rootsOf({ members }, shape.nestedKey))

await t.test('a status is 100 to 599, in digits too', async (t) => {
  for (const [value, code] of [
    [100, 100],
    [599, 599],
    ['503', 503],
    [99, undefined],
    [600, undefined],
    [200.5, undefined],
    ['ok', undefined],
    [null, undefined],
    [[500], undefined],
  ] as const)
    t.equal(status(value), code, `${typeof value} ${value}`)
})

await t.test('the status of the request is its own, else the one that its error asks for', async (t) => {
  for (const [line, code] of [
    [{ res: { statusCode: 503 } }, 503],
    [{ response: { status: 502 }, err: { status: 404 } }, 502],
    [{ err: { statusCode: 503 } }, 503],
    [{ error: { httpStatus: 503 } }, 503],
    // Boom; GraphQL; NestJS, whose `response` is the body that it answers with.
    [{ err: { isBoom: true, output: { statusCode: 504 } } }, 504],
    [{ err: { extensions: { code: 'X', http: { status: 503 } } } }, 503],
    [{ err: { status: 404, response: { statusCode: 404, message: 'Cannot GET /x' } } }, 404],
    [{ 'status-code': 503, 'response-time': 5 }, 503],
    [{ httpStatusCode: 503 }, 503],
  ] as const)
    t.equal(statusIn(line), code, JSON.stringify(line))
})

await t.test("an answer that somebody else gave to a call of ours is not the request's", async (t) => {
  for (const [line, code] of [
    // Axios copies the status of the answer.
    [{ err: { type: 'AxiosError', status: 503, response: { status: 503 } } }, 0],
    [{ err: { response: { statusCode: 503 } } }, 0],
    [{ err: { $metadata: { httpStatusCode: 503 } } }, 0],
    [{ res: { statusCode: 200 }, err: { status: 503, response: { status: 503 } } }, 200],
    [{ statusCode: 502, err: { response: { status: 404 } } }, 502],
  ] as const)
    t.equal(statusIn(line), code, JSON.stringify(line))
})

await t.test('the options say where it is, and it is read in no redacted place', async (t) => {
  t.equal(
    statusIn({ code: 503, res: { statusCode: 200 }, err: { status: 502 } }, { fields: { statusCode: 'code' } }),
    503,
  )
  t.equal(statusIn({ err: { status: 502 } }, { fields: { statusCode: 'code' } }), 0)
  t.equal(statusIn({ failure: { status: 502 } }, { errorKey: 'failure' }), 502)
  t.equal(statusIn({ res: { statusCode: 503 }, err: { status: 502 } }, { redact: ['res'] }), 502)
  t.equal(statusIn({ err: { status: 502 } }, { redact: ['err.status'] }), 0)
  t.equal(statusOf(undefined, undefined, 503), 0)
})
