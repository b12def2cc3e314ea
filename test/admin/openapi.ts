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
