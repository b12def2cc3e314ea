// The secrets of a config: those of a stored document while another one takes its place are kept where they are left out, and never
// taken to another origin; one that a receiver cannot do without is missed before an alert is refused.
import type { Problem } from '../../errors.js'
import { isObject } from '../../unknown.js'
import { originOf } from '../checks/destination.js'
import type { ConfigDocument } from '../document-members.js'
import { needsSecret } from '../formats.js'
import type { SettingsOptions } from '../options.js'
import { type RuleSettings, resolveSettings } from '../settings.js'

export type Members = Readonly<Record<string, unknown>>

/** A stored document: what this version reads of it, and all of its members. */
export interface Stored {
  readonly document: ConfigDocument
  readonly members: Members
}

/** A text that hides a secret elsewhere would be stored as one. */
export function masks(members: Members): Problem[] {
  const places = [
    ['secret', members['secret']],
    ...listOf(members['rules']).map((rule, i) => [`rules.${i}.secret`, rule['secret']]),
  ]
  return places.flatMap(([path, secret]) =>
    typeof secret === 'string' && /^(\*+|\[REDACTED\])$/i.test(secret.trim())
      ? [
          {
            path: String(path),
            message: `Expected \`${path}\` to be a secret, got what hides one; leave it out to keep the stored one`,
          },
        ]
      : [],
  )
}

/** The stored secrets in the place of those that are left out. */
export function withSecrets(
  { document, members }: Stored,
  stored: Stored | undefined,
): { readonly document: ConfigDocument; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const keep = (
    path: string,
    given: Members,
    secret: string | undefined,
    url: string | undefined,
    urlThen: string | undefined,
  ) => {
    if (secret === undefined || Object.hasOwn(given, 'secret')) return {}
    if (secret === '' || !hasMoved(url, urlThen)) return { secret }
    problems.push(movedSecret(path))
    return {}
  }
  const base = keep('secret', members, stored?.document.secret, document.url, stored?.document.url)
  const raw = listOf(members['rules'])
  const rules = document.rules?.map((rule, i) => {
    const before = stored?.document.rules?.find(({ name }) => name === rule.name)
    const urlThen = before?.url ?? stored?.document.url
    return {
      ...rule,
      ...keep(`rules.${i}.secret`, raw[i] ?? {}, before?.secret, rule.url ?? document.url, urlThen),
    }
  })
  return { document: { ...document, ...base, ...(rules !== undefined && { rules }) }, problems }
}

/** Where there is no url, a secret goes nowhere. */
function hasMoved(url: string | undefined, urlThen: string | undefined): boolean {
  return url !== '' && originOf(url ?? '') !== originOf(urlThen ?? '')
}

function movedSecret(path: string): Problem {
  const message = `Expected \`${path}\` to be given anew, or as "" for none, since the url has moved to another origin`
  return { path, message }
}

interface Given {
  readonly url?: string | undefined
  readonly secret?: string | undefined
}

/** What receivers take their key from, where options that nothing is laid over have none. */
export function secretsMissingInOptions(options: SettingsOptions): Problem[] {
  return missing(resolveSettings(options, undefined).rules, options.rules ?? [])
}

/** The same of a document, but for what options may have: it inherits a secret that it leaves out. */
export function secretsMissingInDocument(document: ConfigDocument): Problem[] {
  const given = document.rules ?? []
  const isSaid = (index: number): boolean => (given[index]?.secret ?? document.secret) !== undefined
  return missing(resolveSettings({}, document).rules, given, isSaid)
}

/** One problem for each place where a secret belongs: the rule that has a url or a secret of its own, or the whole. */
function missing(
  rules: readonly RuleSettings[],
  given: readonly Given[],
  isSaid: (index: number) => boolean = () => true,
): Problem[] {
  const paths = rules.flatMap(({ enabled, format, secret }, index) => {
    if (!enabled || !needsSecret(format) || secret !== '' || !isSaid(index)) return []
    const own = given[index]
    return own?.url === undefined && own?.secret === undefined ? 'secret' : `rules.${index}.secret`
  })
  return [...new Set(paths)].map((path) => ({
    path,
    message: `Expected \`${path}\` to be PagerDuty’s routing key, got none`,
  }))
}

/** The objects of a list; none where it is no list. An index stays what it was in a list of objects. */
export function listOf(input: unknown): readonly Members[] {
  return Array.isArray(input) ? input.map((one: unknown) => (isObject(one) ? one : {})) : []
}
