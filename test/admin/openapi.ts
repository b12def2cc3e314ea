import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { openApiDocument } from '../../src/admin/openapi.js'

t.test('is an OpenAPI 3.1 document, by an independent judge', async (t) => {
  for (const path of ['/admin/logs/webhook', '']) {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone({ ...openApiDocument(path) }))
    t.ok(valid, JSON.stringify(errors))
    t.equal(validator.version, '3.1')
    t.doesNotThrow(() => validator.resolveRefs(), 'every reference leads somewhere')
  }
})

t.test('every request may be refused for its token, and slowed down for wrong ones', async (t) => {
  const { paths } = openApiDocument('/admin') as {
    readonly paths: Record<string, Record<string, { responses: object }>>
  }
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { responses }] of Object.entries(methods))
      t.ok('401' in responses && '429' in responses, `${method} ${path}`)
})
