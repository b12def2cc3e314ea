import t from 'tap'
import {
  lineFields,
  recordFieldOf,
  recordFields,
  renamedConfig,
  toCamelCase,
  toKebabCase,
  toSnakeCase,
} from '../../src/config/names.js'
import { toLogRecord } from '../../src/record/log-record.js'

t.test('lists the fields of a record', async (t) => {
  const { errorType: _, ...record } = toLogRecord({})
  t.strictSame([...recordFields].sort(), Object.keys(record).sort())
  t.strictSame(lineFields, [...recordFields, 'level', 'requestId'])
})

t.test('finds a field by either of its names', async (t) => {
  t.equal(recordFieldOf('statusCode'), 'statusCode')
  t.equal(recordFieldOf('status_code'), 'statusCode')
  t.equal(recordFieldOf('model'), 'model')
  t.equal(recordFieldOf('kind'), 'kind')
  for (const name of ['statuscode', 'status-code', 'level', 'res.statusCode', 'toString', '']) {
    t.equal(recordFieldOf(name), undefined, name)
  }
})

t.test('turns one spelling into the other', async (t) => {
  for (const [camel, snake] of [
    ['windowSeconds', 'window_seconds'],
    ['cooldownMaxSeconds', 'cooldown_max_seconds'],
    ['url', 'url'],
  ] as const) {
    t.equal(toSnakeCase(camel), snake)
    t.equal(toCamelCase(snake), camel)
    t.equal(toKebabCase(camel), toKebabCase(snake))
  }
  t.equal(toKebabCase('cooldownMaxSeconds'), 'cooldown-max-seconds')
})

t.test('renames the members of a config and of its rules, and nothing within them', async (t) => {
  const match = { 'app.areaCode': 'x', statusCode: { gte: 500 } }
  const config = { windowSeconds: 5, groupBy: ['providerName'], rules: [{ name: 'a', windowSeconds: 3, match }, 7] }
  const renamed = { window_seconds: 5, group_by: ['providerName'], rules: [{ name: 'a', window_seconds: 3, match }, 7] }
  t.strictSame(renamedConfig(config, toSnakeCase), renamed)
  t.strictSame(renamedConfig(renamed, toCamelCase), config)
  t.strictSame(renamedConfig({ rules: 'x' }, toSnakeCase), { rules: 'x' })
})
