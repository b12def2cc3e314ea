import t from 'tap'
import {
  atErrorKey,
  connectionPaths,
  errorPaths,
  errorStatusPathsOf,
  fieldPaths,
  levelPaths,
  levelPathsOf,
  lineShapeOf,
  messagePaths,
  messagePathsOf,
  pathsOf,
  requestIdPaths,
  requestIdPathsOf,
  responseTimePaths,
} from '../../../src/record/reading/field-paths.js'
import { standardScale } from '../../../src/record/severity.js'

const every = [
  ...Object.values(fieldPaths),
  errorPaths,
  levelPaths,
  messagePaths,
  requestIdPaths,
  responseTimePaths,
  Object.values(connectionPaths),
]

await t.test('each list has its paths once', async (t) => {
  for (const paths of every) t.strictSame([...new Set(paths)], paths)
})

await t.test('nothing is read from where headers, cookies, queries and bodies are', async (t) => {
  for (const path of every.flat()) t.notMatch(path, /header|cookie|query|param|body|url|forwarded/i)
})

await t.test('ids that many requests share are not request ids', async (t) => {
  for (const path of requestIdPaths) t.notMatch(path, /trace|correlation|span/i)
})

await t.test("a response's status comes before its error's", async (t) => {
  const isOfError = fieldPaths.statusCode.map((path) => /^err(or)?\./.test(path))
  t.strictSame(
    isOfError,
    isOfError.toSorted((a, b) => Number(a) - Number(b)),
  )
})

await t.test('every name that is written in two ways is read in both', async (t) => {
  for (const [field, snake] of [
    ['keyId', 'key_id'],
    ['providerName', 'provider_name'],
    ['providerType', 'provider_type'],
    ['statusCode', 'status_code'],
    ['errorMessage', 'error_message'],
    ['clientIp', 'client_ip'],
  ] as const) {
    t.ok(fieldPaths[field].includes(field), field)
    t.ok(fieldPaths[field].includes(snake), snake)
  }
})

await t.test('fields says where a field is read, and the defaults do where it does not', async (t) => {
  const fields = { statusCode: 'http.code', errorMessage: ['failure.text', 'err.message'] } as const
  const shape = { fields: { ...fields, errorMessage: [...fields.errorMessage] }, errorKey: 'failure' }
  t.strictSame(pathsOf('statusCode', shape), ['http.code'])
  t.strictSame(pathsOf('errorMessage', shape), fields.errorMessage, 'what is said is taken as it is')
  t.strictSame(pathsOf('clientIp', shape), fieldPaths.clientIp)
  t.strictSame(pathsOf('statusCode', {}), fieldPaths.statusCode)
  t.strictSame(Object.values(levelPathsOf({ fields: { level: 'lvl' } })).flat(), ['lvl'])
  for (const path of levelPaths) t.ok(Object.values(levelPathsOf(shape)).flat().includes(path), path)
  t.strictSame(requestIdPathsOf({ fields: { requestId: ['jobId', 'reqId'] } }), ['jobId', 'reqId'])
  t.strictSame(requestIdPathsOf(shape), requestIdPaths)
})

await t.test("a logger's own key for errors comes right before err, with what is below it", async (t) => {
  const paths = ['a', 'err', 'b.err', 'err.message', 'error', 'errors.first', 'err_message']
  t.strictSame(atErrorKey(paths, {}), paths)
  t.strictSame(atErrorKey(paths, { errorKey: 'err' }), paths)
  t.strictSame(atErrorKey(paths, { errorKey: 'failure' }), [
    'a',
    'failure',
    'err',
    'b.err',
    'failure.message',
    'err.message',
    'error',
    'errors.first',
    'err_message',
  ])
  const statusPaths = errorStatusPathsOf({ errorKey: 'failure' })
  t.equal(statusPaths.indexOf('failure.statusCode') + 1, statusPaths.indexOf('err.statusCode'))
})

await t.test("a logger's own key for messages comes before the usual ones", async (t) => {
  t.strictSame(messagePathsOf({}), messagePaths)
  t.strictSame(messagePathsOf({ messageKey: 'text' }), ['text', ...messagePaths])
})

await t.test('what the options say comes before what the logger says, which comes before the defaults', async (t) => {
  const logger = { scale: standardScale, messageKey: 'text', errorKey: 'failure' }
  t.strictSame(lineShapeOf(logger, {}), { messageKey: 'text', errorKey: 'failure' })
  t.strictSame(lineShapeOf(logger, { messageKey: 'msg', nestedKey: 'payload' }), {
    messageKey: 'msg',
    errorKey: 'failure',
    nestedKey: 'payload',
  })
})
