// The run-time config: JSON text in a Redis key. Its members have snake_case names, as the original service writes them.
import * as v from 'valibot'
import type { Problem } from '../../errors.js'
import { documentEntries, withoutNulls } from '../checks/members.js'
import { findProblems } from '../checks/problems.js'
import { MAX_DOCUMENT_LENGTH } from '../defaults.js'
import { type ConfigDocument, documentOptions } from '../document-members.js'

export type ParsedDocument =
  | { readonly kind: 'valid'; readonly document: ConfigDocument; readonly members: Readonly<Record<string, unknown>> }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }

/** The problem of a config key that holds a list or another value that is no text. */
export const NO_TEXT = 'Expected the config key to hold a text, but it holds a value of another type'

/** The check of a document, member by member. */
export const documentSchema: v.GenericSchema = v.object(documentEntries(documentOptions), 'an object')

/** Reads the text of the config key. `members` are all that the document has, with those that this version ignores. Never throws. */
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

/** Reads a document that is parsed from JSON already. Never throws. */
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

function invalid(message: string): ParsedDocument {
  return { kind: 'invalid', problems: [{ path: '', message }] }
}
