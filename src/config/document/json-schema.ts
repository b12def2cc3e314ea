// The JSON Schema of the config document, for editors: made of the very checks that a document is held to. What JSON Schema
// cannot say (RE2's syntax, origins of secrets) only those checks know.
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema'
import { type OptionName, optionMembers } from '../engine-options.js'
import { toCamelCase } from '../names.js'
import { isNone, plainText } from '../option-texts.js'
import { type Member, ruleNaming } from '../rule-members.js'
import { documentSchema } from './document.js'

export type { JsonSchema }

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
    description: plainText(rowOf(member).meaning),
  }))
  return { anyOf: [{ ...list, items: { ...rule, properties } }, { type: 'null' }] }
}

type JsonValue = NonNullable<JsonSchema['default']>

/** A default is shown where it is one value. */
function described(member: string, shape: JsonSchema): JsonSchema {
  const { meaning, fallback, shown } = rowOf(member)
  const isOneValue = shown === undefined && !isNone(fallback)
  return { ...shape, description: plainText(meaning), ...(isOneValue && { default: fallback as JsonValue }) }
}

function rowOf(member: string): Pick<Member, 'meaning' | 'fallback' | 'shown'> {
  if (member === 'name' || member === 'match') return ruleNaming[member]
  // Members of the schema are those that rows have made.
  return optionMembers[toCamelCase(member) as OptionName]
}

function mapMembers(members: Members, change: (member: string, shape: JsonSchema) => JsonSchema): Members {
  const entries = Object.entries(members)
  return Object.fromEntries(
    entries.map(([member, shape]) => [member, typeof shape === 'object' ? change(member, shape) : shape]),
  )
}
