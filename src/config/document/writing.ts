// What a config document becomes when it is written, and what of the stored one may be shown: see README, Run-time config; see src/admin/README, Admin endpoint.
import type { Problem } from '../../errors.js'
import { isObject } from '../../unknown.js'
import { ruleDefaults } from '../defaults.js'
import {
  type ConfigDocument,
  type DocumentRule,
  documentMembers,
  documentRuleMembers,
  meantBy,
  type OriginalOption,
  originalOptions,
} from '../document-members.js'
import { type SnakeCase, toSnakeCase } from '../names.js'
import type { RuleOptions } from '../options.js'
import { parseMembers } from './document.js'
import { listOf, type Members, masks, type Stored, secretsMissingInDocument, withSecrets } from './secrets.js'

export type { Stored } from './secrets.js'

/** A document with the original's seven members. */
export type FilledDocument = Omit<ConfigDocument, SnakeCase<OriginalOption>> & {
  readonly [name in OriginalOption as SnakeCase<name>]: NonNullable<RuleOptions[name]>
}

export type Writing =
  | { readonly kind: 'valid'; readonly members: Members }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }

/** What operators see: no secrets, but whether there are any. */
export type PublicConfig = Omit<FilledDocument, 'secret' | 'rules'> & {
  readonly secret_set: boolean
  readonly rules?: readonly (Omit<DocumentRule, 'secret'> & { readonly secret_set: boolean })[]
}

/** The seven members that are always there, and what else was given. */
export function fillIn(document: ConfigDocument): FilledDocument {
  const given: Members = { ...document }
  const original = originalOptions.map((name) => {
    const member = toSnakeCase(name)
    return [member, meantBy(name, given[member] ?? ruleDefaults[name])]
  })
  // Each has the type that its row was held to.
  return { ...document, ...Object.fromEntries(original) } as FilledDocument
}

export function toPublicConfig(document: ConfigDocument): PublicConfig {
  const { secret, rules, ...shown } = fillIn(document)
  return {
    ...shown,
    secret_set: secret !== '',
    ...(rules !== undefined && {
      rules: rules.map(({ secret: own = '', ...rule }) => ({ ...rule, secret_set: own !== '' })),
    }),
  }
}

/** What is wrong with a document that is valid member by member, for whoever writes it. */
export function writingProblems(document: ConfigDocument): Problem[] {
  const { enabled, url } = document
  if (enabled === true && (url ?? '') === '') return [{ path: 'url', message: 'url is required when enabled' }]
  return secretsMissingInDocument(document)
}

/** Members that this version does not know, and therefore keeps. */
export function unknownMembers(stored: Stored | undefined): Members {
  return Object.fromEntries(
    Object.entries(stored?.members ?? {}).filter(([member]) => !documentMembers.includes(member)),
  )
}

/**
 * A whole document in place of the stored one. Secrets that are left out are kept, where their url keeps its origin; null or ''
 * clears one. `secret_set` is passed over.
 */
export function wholeDocument(given: unknown, stored: Stored | undefined): Writing {
  const members = withoutNotes(given)
  const parsed = parseMembers(members)
  const problems = isObject(members) ? [...strangers(members, stored), ...masks(members)] : []
  if (parsed.kind === 'invalid') return { kind: 'invalid', problems: [...parsed.problems, ...problems] }
  const document = { ...parsed.document, url: parsed.document.url ?? '' }
  const kept = withSecrets({ document, members: parsed.members }, stored)
  const filled = fillIn(kept.document)
  // A secret that was to be kept, and may not be, is told once.
  problems.push(...kept.problems, ...writingProblems(filled).filter(({ path }) => !isIn(kept.problems, path)))
  if (problems.length > 0) return { kind: 'invalid', problems }
  const { rules, ...base } = filled
  return {
    kind: 'valid',
    members: {
      ...unknownMembers(stored),
      ...unknownMembers(parsed),
      ...base,
      ...(rules !== undefined && { rules: withUnknown(rules, parsed.members, stored) }),
    },
  }
}

/** The stored document with a few members changed, and those of `unset` gone; nothing is filled in. */
export function patchedDocument(changes: Members, unset: readonly string[], stored: Stored | undefined): Writing {
  const strange = [...unset, ...Object.keys(changes)].filter((member) => !documentMembers.includes(member))
  const problems = [...strange.map(stranger), ...strangersOfRules(changes, stored), ...masks(changes)]
  const left = Object.entries(stored?.members ?? {}).filter(([member]) => !unset.includes(member))
  const members = { ...Object.fromEntries(left), ...changes }
  const parsed = parseMembers(members)
  if (parsed.kind === 'invalid') return { kind: 'invalid', problems: [...parsed.problems, ...problems] }
  // Rules that do not change have their secrets from before, and so has the whole.
  const untouched = { rules: listOf(members['rules']).map(({ secret: _, ...rule }) => rule) }
  const given = { ...untouched, ...changes, ...Object.fromEntries(unset.map((member) => [member, null])) }
  const kept = withSecrets({ document: parsed.document, members: given }, stored)
  problems.push(...kept.problems, ...writingProblems(kept.document).filter(({ path }) => !isIn(kept.problems, path)))
  if (problems.length > 0) return { kind: 'invalid', problems }
  const { rules } = kept.document
  return {
    kind: 'valid',
    members:
      Object.hasOwn(changes, 'rules') && rules !== undefined
        ? { ...members, rules: withUnknown(rules, changes, stored) }
        : members,
  }
}

function isIn(problems: readonly Problem[], path: string): boolean {
  return problems.some((problem) => problem.path === path)
}

/** What `GET` says of secrets may come back in a `PUT`. */
function withoutNotes(given: unknown): unknown {
  if (!isObject(given)) return given
  const { secret_set: _, ...members } = given
  const { rules } = members
  if (!Array.isArray(rules)) return members
  return { ...members, rules: rules.map((rule: unknown) => withoutNotes(rule)) }
}

/** Rules with those of their members that this version does not know: as they are given, else as a rule of that name has them. */
export function withUnknown(rules: readonly DocumentRule[], given: Members, stored: Stored | undefined): Members[] {
  const raw = listOf(given['rules'])
  return rules.map((rule, index) => ({
    ...unknownOfRule(rule.name, stored),
    ...unknownIn(raw[index] ?? {}),
    ...rule,
  }))
}

/** Members that neither this version nor the stored document knows: most likely mistyped. */
function strangers(members: Members, stored: Stored | undefined): Problem[] {
  const isStrange = (member: string): boolean =>
    !documentMembers.includes(member) && !Object.hasOwn(stored?.members ?? {}, member)
  return [...Object.keys(members).filter(isStrange).map(stranger), ...strangersOfRules(members, stored)]
}

function strangersOfRules(members: Members, stored: Stored | undefined): Problem[] {
  return listOf(members['rules']).flatMap((rule, index) => {
    const known = unknownOfRule(rule['name'], stored)
    const strange = Object.keys(unknownIn(rule)).filter((member) => !Object.hasOwn(known, member))
    return strange.map((member) => stranger(`rules.${index}.${member}`))
  })
}

function stranger(path: string): Problem {
  return { path, message: `Expected only known members, got \`${path}\`` }
}

function unknownOfRule(name: unknown, stored: Stored | undefined): Members {
  return unknownIn(listOf(stored?.members['rules']).find((rule) => rule['name'] === name) ?? {})
}

function unknownIn(rule: Members): Members {
  return Object.fromEntries(Object.entries(rule).filter(([member]) => !documentRuleMembers.includes(member)))
}
