import t from 'tap'
import { answerSchemas, ref } from '../../src/admin/openapi-schemas.js'
import { documentMembers } from '../../src/config/document.js'

t.test('describes what a config is made of, and shows no secret', async (t) => {
  const schemas = answerSchemas() as Record<string, { properties: object }>
  t.strictSame(Object.keys(schemas['NewConfig']?.properties ?? {}), documentMembers)
  t.strictSame(
    Object.keys(schemas['Config']?.properties ?? {}).sort(),
    [...documentMembers.filter((member) => member !== 'secret'), 'secret_set'].sort(),
  )
  t.strictSame(ref('Config'), { $ref: '#/components/schemas/Config' })
})
