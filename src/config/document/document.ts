// The run-time config: the JSON text of the Redis key, snake_case, as the original service writes it.
import * as v from 'valibot'
import type { Problem } from '../../errors.js'
import { documentMatch } from '../checks/match.js'
import { findProblems } from '../checks/problems.js'
import { rulesOf } from '../checks/rules.js'
import {
  documentInteger,
  flag,
  format,
  groupByOf,
  ruleName,
  secret,
  sharedPath,
  url,
  windowType,
} from '../checks/schema.js'
import { MAX_DOCUMENT_LENGTH } from '../defaults.js'
import type { Format, Match, WindowType } from '../options.js'

/** What a document, and each of its rules, may set; a member that is missing, or null as Go reads it, is absent. */
export interface DocumentRuleOptions {
  readonly enabled?: boolean | undefined
  readonly url?: string | undefined
  readonly secret?: string | undefined
  readonly threshold?: number | undefined
  readonly window_seconds?: number | undefined
  readonly cooldown_seconds?: number | undefined
  readonly status_code_threshold?: number | undefined
  readonly window_type?: WindowType | undefined
  readonly cooldown_max_seconds?: number | undefined
  readonly group_by?: string | readonly string[] | undefined
  readonly format?: Format | undefined
  readonly send_resolved?: boolean | undefined
}

/** One of the document's rules. */
export interface DocumentRule extends DocumentRuleOptions {
  readonly name: string
  readonly match?: Match | undefined
}

export interface ConfigDocument extends DocumentRuleOptions {
  readonly rules?: readonly DocumentRule[] | undefined
}

export type ParsedDocument =
  | { readonly kind: 'valid'; readonly document: ConfigDocument; readonly members: Readonly<Record<string, unknown>> }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }

/** A check for each member, that gives what the interface promises. */
type Checks<Members> = { readonly [name in keyof Members]-?: v.GenericSchema<unknown, Members[name] | null> }

const ruleEntries = {
  enabled: v.nullish(flag),
  url: v.nullish(url),
  secret: v.nullish(secret),
  threshold: v.nullish(documentInteger),
  window_seconds: v.nullish(documentInteger),
  cooldown_seconds: v.nullish(documentInteger),
  status_code_threshold: v.nullish(documentInteger),
  window_type: v.nullish(windowType),
  cooldown_max_seconds: v.nullish(documentInteger),
  group_by: v.nullish(groupByOf(sharedPath)),
  format: v.nullish(format),
  send_resolved: v.nullish(flag),
} satisfies Checks<DocumentRuleOptions>

const ruleDefinition = { name: ruleName, match: v.nullish(documentMatch), ...ruleEntries }

const rule = v.pipe(
  v.object(ruleDefinition, 'a rule'),
  v.metadata({ required: ['name'] }),
  v.transform((members): object => withoutNulls(members)),
)

/** The members of a rule that this version knows. */
export const documentRuleMembers: readonly string[] = Object.keys(ruleDefinition)

const entries = {
  ...ruleEntries,
  rules: v.nullish(rulesOf(rule)),
}

/** All that a document is held to, member by member. */
export const documentSchema: v.GenericSchema = v.object(entries, 'an object')

/** The members that this version knows; the rest of a document is ignored, and kept on rewrite. */
export const documentMembers: readonly string[] = Object.keys(entries)

/** Reads the text of the config key; never throws. `members` are all of the document's own, unknown ones included. */
export function parseDocument(text: string): ParsedDocument {
  if (text.length > MAX_DOCUMENT_LENGTH) {
    return invalid(`Expected the config to have at most ${MAX_DOCUMENT_LENGTH} characters, got ${text.length}`)
  }
  let members: unknown
  try {
    members = JSON.parse(text)
  } catch {
    return invalid('Expected the config to be JSON, got a text that does not parse')
  }
  return parseMembers(members)
}

/** The same for a document that is parsed already. */
export function parseMembers(members: unknown): ParsedDocument {
  if (typeof members !== 'object' || members === null || Array.isArray(members)) {
    return invalid('Expected the config to be a JSON object, got another value')
  }
  const problems = findProblems(documentSchema, members)
  if (problems.length > 0) return { kind: 'invalid', problems }
  return {
    kind: 'valid',
    document: withoutNulls(Object(v.parse(documentSchema, members))) as ConfigDocument,
    members: { ...members },
  }
}

function withoutNulls(parsed: object): object {
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value != null))
}

function invalid(message: string): ParsedDocument {
  return { kind: 'invalid', problems: [{ path: '', message }] }
}
