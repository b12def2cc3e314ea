// The syntax of texts with placeholders, which links and templates are: `{count}` stands for what an alert says, `{{` for a brace. What is put
// in their place is decided in alert/placeholders.ts.
import { recordFieldOf, toSnakeCase } from '../names.js'

/** The names that may stand between braces. `group` may go on with a dot and one of the rule's `groupBy`. */
export const placeholderNames = [
  'rule',
  'group',
  'service',
  'hostname',
  'count',
  'threshold',
  'windowSeconds',
  'status',
  'message',
  'kind',
  'traceId',
  'id',
  'state',
  'title',
  'text',
  'from',
  'to',
  'fromMs',
  'toMs',
] as const

export type PlaceholderName = (typeof placeholderNames)[number]

export interface Placeholder {
  readonly placeholder: PlaceholderName
  /** Of `{group.<field>}`: a record field by its JSON name, or a line path, as in `RuleSettings.groupBy`. */
  readonly field?: string
}

/** What a text is made of: words that stand for themselves, with braces undone, and placeholders. */
export type TextPart = string | Placeholder

export type ParsedText =
  | { readonly kind: 'valid'; readonly parts: readonly TextPart[] }
  /** `wrong` is the first of the text that is no placeholder, from its brace on: `{nobody}`, or `{` where none is closed. */
  | { readonly kind: 'invalid'; readonly wrong: string }

/** What texts with placeholders must keep to, for an error message. */
export const PLACEHOLDERS: string = `no placeholders but ${placeholderNames.map((name) => (name === 'group' ? '{group}, {group.<field>}' : `{${name}}`)).join(', ')} ({{ is a brace)`

/** A brace, a placeholder or what looks like one, a brace that nothing closes, or other characters. */
const PART = /\{\{|\{[^{}]*\}|\{|[^{]+/g

/** Reads a text with placeholders. No two words stand side by side in the result. */
export function parsePlaceholders(text: string): ParsedText {
  const parts: TextPart[] = []
  for (const [part] of text.matchAll(PART)) {
    const read = part === '{{' || !part.startsWith('{') ? part.slice(part === '{{' ? 1 : 0) : placeholderOf(part)
    if (read === undefined) return { kind: 'invalid', wrong: part }
    const last = parts.at(-1)
    if (typeof read === 'string' && typeof last === 'string') parts[parts.length - 1] = last + read
    else parts.push(read)
  }
  return { kind: 'valid', parts }
}

function placeholderOf(part: string): Placeholder | undefined {
  const inner = part.slice(1, -1)
  const [, field] = /^group\.(.+)$/s.exec(inner) ?? []
  if (field !== undefined) {
    const known = recordFieldOf(field)
    return { placeholder: 'group', field: known === undefined ? field : toSnakeCase(known) }
  }
  const placeholder = placeholderNames.find((name) => name === inner)
  return placeholder && { placeholder }
}
