// The JSON Schema of the config document, for editors: made of the very checks that a document is held to. What JSON Schema
// cannot say (RE2's syntax, origins of secrets) only those checks know.
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema'
import { ruleDefaults } from '../defaults.js'
import { toCamelCase } from '../names.js'
import { optionTexts, plainText } from '../option-texts.js'
import { documentSchema } from './document.js'

export type { JsonSchema }

/** What the members mean that options do not have. */
const ruleTexts: Readonly<Record<string, string>> = {
  name: 'unique among the rules; `default` is the one that exists where there are no rules',
  match: 'conditions by record field, `level` or line path, all of which must hold',
}

/** Draft 2020-12. */
export function configJsonSchema(): JsonSchema {
  const schema = toJsonSchema(documentSchema, { target: 'draft-2020-12', errorMode: 'ignore' })
  return {
    ...schema,
    title: 'logsiren config',
    description:
      'The run-time config in Redis. What is missing falls back to the options in code, then to the default; so does what is null.',
    properties: mapMembers(schema.properties ?? {}, (member, shape) =>
      described(member, member === 'rules' ? withRules(shape) : shape),
    ),
  }
}

type Members = NonNullable<JsonSchema['properties']>

/** Only the null that stands for a member that is missing says nothing of its rules. */
function withRules(shape: JsonSchema): JsonSchema {
  const list = shape.anyOf?.find((one): one is JsonSchema => typeof one === 'object' && one.type === 'array')
  const rule = list?.items
  if (typeof rule !== 'object' || Array.isArray(rule)) return shape
  const properties = mapMembers(rule.properties ?? {}, (member, { default: _, ...own }) => ({
    ...own,
    description: plainText(ruleTexts[member] ?? textOf(member)),
  }))
  return { anyOf: [{ ...list, items: { ...rule, properties } }, { type: 'null' }] }
}

function described(member: string, shape: JsonSchema): JsonSchema {
  const fallback = Object.hasOwn(ruleDefaults, toCamelCase(member))
    ? { default: ruleDefaults[toCamelCase(member) as keyof typeof ruleDefaults] }
    : {}
  return { ...shape, description: plainText(textOf(member)), ...fallback }
}

function textOf(member: string): string {
  return optionTexts[toCamelCase(member) as keyof typeof optionTexts].meaning
}

function mapMembers(members: Members, change: (member: string, shape: JsonSchema) => JsonSchema): Members {
  const entries = Object.entries(members)
  return Object.fromEntries(
    entries.map(([member, shape]) => [member, typeof shape === 'object' ? change(member, shape) : shape]),
  )
}
