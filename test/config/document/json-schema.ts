import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import t from 'tap'
import { ruleDefaults } from '../../../src/config/defaults.js'
import { parseMembers } from '../../../src/config/document/document.js'
import { configJsonSchema } from '../../../src/config/document/json-schema.js'
import { documentMembers, documentRuleMembers } from '../../../src/config/document-members.js'

const schema = configJsonSchema()
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false }).compile(Object(schema))
const isValid = (document: object): boolean => parseMembers(document).kind === 'valid'

t.test('describes every member, with its default', (t) => {
  t.strictSame(Object.keys(schema.properties ?? {}), documentMembers)
  for (const [member, shape] of Object.entries(schema.properties ?? {})) {
    t.match(shape, { description: /\w{3}/ }, member)
  }
  t.match(schema.properties, {
    threshold: { default: ruleDefaults.threshold },
    window_type: { default: 'sliding', description: /tumbling/ },
  })
  const rules = schema.properties?.['rules']
  const rule = typeof rules === 'object' ? rules.anyOf?.[0] : undefined
  const items = typeof rule === 'object' ? rule.items : undefined
  t.match(items, { required: ['name'], properties: { match: { description: /conditions/ } } })
  t.strictSame(Object.keys((items as { properties: object }).properties).sort(), [...documentRuleMembers].sort())
  t.end()
})

t.test('refuses what the checks refuse, as far as JSON Schema can say it', (t) => {
  const good: object[] = [
    {},
    { enabled: true, url: ' https://example.test/hook ', secret: 's3cret', threshold: 0 },
    { url: '', secret: null, group_by: 'model', format: 'slack' },
    { rules: [{ name: 'a', match: { level: { gte: 'warn' }, model: ['x', 1, true], path: { prefix: '/a' } } }], x: 1 },
  ]
  const bad: object[] = [
    { enabled: 'true' },
    { url: 'ftp://example.test' },
    { secret: 'a\nb' },
    { threshold: 1.5 },
    { threshold: 2 ** 31 },
    { window_type: 'tumbling' },
    { format: 'xml' },
    { rules: [{ name: 'a', format: 'Slack' }] },
    { group_by: 7 },
    { group_by: ['1', '2', '3', '4', '5', '6', '7', '8', '9'] },
    { rules: [{ threshold: 3 }] },
    { rules: [{ name: 'a b' }] },
    { rules: [{ name: 'a', match: { level: { gte: 'wrn' } } }] },
    { rules: [{ name: 'a', match: { model: { suffix: 'x' } } }] },
    { rules: {} },
  ]
  for (const document of good) t.ok(validate(document) && isValid(document), JSON.stringify(document))
  for (const document of bad) t.notOk(validate(document) || isValid(document), JSON.stringify(document))
  t.end()
})

t.test('never refuses what the checks take', (t) => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('', 'https://example.test/x', 'http:/a', 'model', 'sliding', 'whsec_'),
  )
  const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text, { maxLength: 3 }))
  const condition = fc.oneof(value, fc.record({ prefix: text }), fc.record({ gte: fc.oneof(fc.integer(), text) }))
  const rule = fc.record(
    { name: fc.constantFrom('a', 'b', 'x y'), match: fc.dictionary(text, condition, { maxKeys: 2 }), threshold: value },
    { requiredKeys: [] },
  )
  // One member a document: of several, one is nearly always wrong.
  const document = fc.oneof(
    fc.tuple(fc.constantFrom(...documentMembers), value),
    fc.tuple(fc.constant('rules'), fc.array(rule, { maxLength: 2 })),
  )
  let taken = 0
  fc.assert(
    fc.property(document, ([member, given]) => {
      const document = { [member]: given }
      if (!isValid(document)) return true
      taken += 1
      return validate(document)
    }),
    { numRuns: 5000 },
  )
  t.ok(taken > 500, `${taken} were taken`)
  t.end()
})
