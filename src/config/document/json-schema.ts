// The JSON Schema of the config document, for editors. It is made of the checks that a document must pass, and so allows the same members;
// only the checks themselves find what JSON Schema cannot express, such as a mistake in RE2's syntax.
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema'
import { type OptionName, optionMembers } from '../engine-options.js'
import { toCamelCase } from '../names.js'
import { isNone, plainText } from '../option-texts.js'
import { type Member, ruleNaming } from '../rule-members.js'
import { documentSchema } from './document.js'

export type { JsonSchema }

/** The schema of the config document, in JSON Schema's draft 2020-12. */
export function configJsonSchema(): JsonSchema {
  const schema = toJsonSchema(documentSchema, { target: 'draft-2020-12', errorMode: 'ignore' })
  return {
    ...schema,
    title: 'logsiren config',
    description:
      'The run-time config in Redis. A member that is missing or null falls back to the option in code, then to the default.',
    properties: mapMembers(schema.properties ?? {}, (member, shape) =>
      described(member, member === 'rules' ? withRules(shape) : shape),
    ),
  }
}

type Members = NonNullable<JsonSchema['properties']>

/**
 * The schema of `rules`, a list or null, with a description of each member of a rule. It shows no default of a rule's name: the blank one
 * is there for the message of the check alone.
 */
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

/** Adds the description of a member, and its default if that is one value. */
function described(member: string, shape: JsonSchema): JsonSchema {
  const { meaning, fallback, shown } = rowOf(member)
  const isOneValue = shown === undefined && !isNone(fallback)
  return { ...shape, description: plainText(meaning), ...(isOneValue && { default: fallback as JsonValue }) }
}

function rowOf(member: string): Pick<Member, 'meaning' | 'fallback' | 'shown'> {
  if (member === 'name' || member === 'match') return ruleNaming[member]
  // The schema is made of the rows, so each of its members has one.
  return optionMembers[toCamelCase(member) as OptionName]
}

function mapMembers(members: Members, change: (member: string, shape: JsonSchema) => JsonSchema): Members {
  const entries = Object.entries(members)
  return Object.fromEntries(
    entries.map(([member, shape]) => [member, typeof shape === 'object' ? change(member, shape) : shape]),
  )
}
