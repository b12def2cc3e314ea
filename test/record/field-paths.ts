import t from 'tap'
import {
  errorPaths,
  fieldPaths,
  levelPaths,
  messagePaths,
  requestIdPaths,
  responseTimePaths,
} from '../../src/record/field-paths.js'

const every = [...Object.values(fieldPaths), errorPaths, levelPaths, messagePaths, requestIdPaths, responseTimePaths]

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
