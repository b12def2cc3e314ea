// What is stored when a config document is written, see README, Run-time config; and what of a stored one may be shown, see
// src/admin/README, Admin endpoint.
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
import { conflicts, resolveSettings, thresholdOf } from '../settings.js'
import { parseMembers } from './document.js'
import {
  type Members,
  masks,
  objectsOf,
  type SecretMember,
  type Stored,
  secretsMissingInDocument,
  withSecrets,
} from './secrets.js'

export type { Stored } from './secrets.js'

/** A document that has all seven members that the original service knows. */
export type FilledDocument = Omit<ConfigDocument, SnakeCase<OriginalOption>> & {
  readonly [name in OriginalOption as SnakeCase<name>]: NonNullable<RuleOptions[name]>
}

/** The members to store, or every problem that keeps them from being stored. */
export type Writing =
  | { readonly kind: 'valid'; readonly members: Members }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }

/** What stands in place of secrets: whether there is one, and the names of the headers, whose values are as secret. */
interface Marks {
  readonly secret_set: boolean
  readonly headers_set: readonly string[]
}

/** A document as operators see it: with marks in place of what is secret. */
export type Shown<Document> = Omit<Document, SecretMember | 'rules'> &
  Marks & { readonly rules?: readonly (Omit<DocumentRule, SecretMember> & Marks)[] }

/** A config as operators see it, filled in. */
export type PublicConfig = Shown<FilledDocument>

/** The members of a document, with defaults for those of the original service's seven that it leaves out. */
export function fillIn(document: ConfigDocument): FilledDocument {
  const given: Members = { ...document }
  const original = originalOptions.map((name) => {
    const member = toSnakeCase(name)
    return [
      member,
      meantBy(
        name,
        given[member] ??
          (name === 'threshold'
            ? thresholdOf([{ threshold: document.threshold, newOnly: document.new_only }])
            : ruleDefaults[name]),
      ),
    ]
  })
  // Each default has the type of its option, to which the type `RuleMembers` holds it.
  return { ...document, ...Object.fromEntries(original) } as FilledDocument
}

/** The config of a document, filled in, without its secrets. */
export function toPublicConfig(document: ConfigDocument): PublicConfig {
  return withoutSecrets(fillIn(document))
}

/** The members that a document has, without its secrets. */
export function withoutSecrets<Document extends ConfigDocument>(document: Document): Shown<Document> {
  const { secret, headers, rules, ...shown } = document
  return {
    ...shown,
    ...marksOf({ secret, headers }),
    ...(rules !== undefined && {
      rules: rules.map(({ secret, headers, ...rule }) => ({ ...rule, ...marksOf({ secret, headers }) })),
    }),
  }
}

function marksOf({ secret = '', headers = {} }: Pick<ConfigDocument, SecretMember>): Marks {
  return { secret_set: secret !== '', headers_set: Object.keys(headers) }
}

/**
 * Problems that keep a document from being written though each of its members is valid. Readers accept such a document. One that has no `url`
 * at all may be enabled: the url may be in code.
 */
export function writingProblems(document: ConfigDocument): Problem[] {
  const { enabled, url } = document
  if (enabled === true && url === '') return [{ path: 'url', message: 'url is required when enabled' }]
  return [...conflictProblems(document), ...secretsMissingInDocument(document)]
}

/** Problems with what goes wrong within the document alone. A template that it leaves out may be in code. */
function conflictProblems(document: ConfigDocument): Problem[] {
  const { rules = [] } = document
  return conflicts(resolveSettings({}, document)).flatMap(({ rule, option, message }) => {
    const index = rules.findIndex(({ name }) => name === rule)
    if (option === 'template' && (rules[index]?.template ?? document.template) === undefined) return []
    const member = toSnakeCase(option)
    return { path: index < 0 ? member : `rules.${index}.${member}`, message }
  })
}

/** The members of a stored document that this version does not know. They are kept: another program may need them. */
export function unknownMembers(stored: Stored | undefined): Members {
  return Object.fromEntries(
    Object.entries(stored?.members ?? {}).filter(([member]) => !documentMembers.includes(member)),
  )
}

/**
 * A whole document in place of the stored one. A secret that is left out is kept while its url keeps its origin; null or `''` removes it.
 * The marks that `withoutSecrets` sets are ignored. With `fills` it gets the original service's seven members; without, only what it has.
 */
export function wholeDocument(given: unknown, stored: Stored | undefined, fills: boolean = true): Writing {
  const members = withoutMarks(given)
  const parsed = parseMembers(members)
  const problems = isObject(members) ? [...mistypedMembers(members, stored), ...masks(members)] : []
  if (parsed.kind === 'invalid') return { kind: 'invalid', problems: [...parsed.problems, ...problems] }
  const filled = (document: ConfigDocument): ConfigDocument => (fills ? fillIn(document) : document)
  // A url that is filled in is blank, and leads nowhere. One that is left out may be in code.
  const document = fills ? { ...parsed.document, url: parsed.document.url ?? '' } : parsed.document
  const kept = withSecrets({ document, members: parsed.members }, stored)
  const whole = filled(kept.document)
  // A secret that may not be kept is reported once, and not as missing too.
  problems.push(...kept.problems, ...writingProblems(whole).filter(({ path }) => !isIn(kept.problems, path)))
  if (problems.length > 0) return { kind: 'invalid', problems }
  const { rules, ...base } = whole
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

/** The stored document with some members changed and those in `unset` removed. Defaults are not filled in. */
export function patchedDocument(changes: Members, unset: readonly string[], stored: Stored | undefined): Writing {
  const mistypedNames = [...unset, ...Object.keys(changes)].filter((member) => !documentMembers.includes(member))
  const problems = [...mistypedNames.map(mistyped), ...mistypedInRules(changes, stored), ...masks(changes)]
  const left = Object.entries(stored?.members ?? {}).filter(([member]) => !unset.includes(member))
  const members = { ...Object.fromEntries(left), ...changes }
  const parsed = parseMembers(members)
  if (parsed.kind === 'invalid') return { kind: 'invalid', problems: [...parsed.problems, ...problems] }
  // `withSecrets` takes only changes for given. So it also checks secrets that merely stay: their url may have moved to another origin.
  const untouched = { rules: objectsOf(members['rules']).map(({ secret: _, headers: __, ...rule }) => rule) }
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

/**
 * The stored document with some members of one of its rules changed and those in `unset` removed; undefined where it has no rule of this name.
 * The other rules keep their secrets by the rules for every patch: the stored ones do not count as given anew.
 */
export function patchedRule(
  name: string,
  changes: Members,
  unset: readonly string[],
  stored: Stored | undefined,
): Writing | undefined {
  const before = objectsOf(stored?.members['rules'])
  const index = before.findIndex((rule) => rule['name'] === name)
  if (index < 0) return undefined
  const kept = unset.filter((member) => member === 'name' || !documentRuleMembers.includes(member))
  const rules = before.map(({ secret: _, headers: __, ...rule }, i) => {
    if (i !== index) return rule
    const left = Object.entries(rule).filter(([member]) => kept.includes(member) || !unset.includes(member))
    return {
      ...Object.fromEntries(left),
      ...changes,
      ...(unset.includes('secret') && { secret: null }),
      ...(unset.includes('headers') && { headers: null }),
    }
  })
  const writing = patchedDocument({ rules }, [], stored)
  if (kept.length === 0) return writing
  const problems = kept.map((member) => mistyped(`rules.${index}.${member}`))
  return { kind: 'invalid', problems: [...problems, ...(writing.kind === 'invalid' ? writing.problems : [])] }
}

function isIn(problems: readonly Problem[], path: string): boolean {
  return problems.some((problem) => problem.path === path)
}

/** Leaves out `secret_set` and `headers_set`, so that what shows a document may come back as one. */
export function withoutMarks<Given>(given: Given): unknown {
  if (!isObject(given)) return given
  const { secret_set: _, headers_set: __, ...members } = given as Members
  const { rules } = members
  if (!Array.isArray(rules)) return members
  return { ...members, rules: rules.map((rule: unknown) => withoutMarks(rule)) }
}

/**
 * Rules with those of their members that this version does not know: as they are given, else as the stored rule of the same name has them.
 */
export function withUnknown(rules: readonly DocumentRule[], given: Members, stored: Stored | undefined): Members[] {
  const raw = objectsOf(given['rules'])
  return rules.map((rule, index) => ({
    ...unknownOfRule(rule.name, stored),
    ...unknownIn(raw[index] ?? {}),
    ...rule,
  }))
}

/** Problems with members that neither this version nor the stored document knows: most likely they are mistyped. */
function mistypedMembers(members: Members, stored: Stored | undefined): Problem[] {
  const isMistyped = (member: string): boolean =>
    !documentMembers.includes(member) && !Object.hasOwn(stored?.members ?? {}, member)
  return [...Object.keys(members).filter(isMistyped).map(mistyped), ...mistypedInRules(members, stored)]
}

function mistypedInRules(members: Members, stored: Stored | undefined): Problem[] {
  return objectsOf(members['rules']).flatMap((rule, index) => {
    const known = unknownOfRule(rule['name'], stored)
    const mistypedNames = Object.keys(unknownIn(rule)).filter((member) => !Object.hasOwn(known, member))
    return mistypedNames.map((member) => mistyped(`rules.${index}.${member}`))
  })
}

function mistyped(path: string): Problem {
  return { path, message: `Expected only known members, got \`${path}\`` }
}

function unknownOfRule(name: unknown, stored: Stored | undefined): Members {
  return unknownIn(objectsOf(stored?.members['rules']).find((rule) => rule['name'] === name) ?? {})
}

function unknownIn(rule: Members): Members {
  return Object.fromEntries(Object.entries(rule).filter(([member]) => !documentRuleMembers.includes(member)))
}
