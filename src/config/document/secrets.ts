// The secrets of a config, which its headers are too. A document that replaces another keeps those that it leaves out, but none goes along to
// another origin.
// If a receiver takes nothing without a secret, options or a written document without one are refused, before an alert is.
import type { Problem } from '../../errors.js'
import { isObject } from '../../unknown.js'
import { originOf } from '../checks/destination.js'
import type { ConfigDocument } from '../document-members.js'
import { needsSecret } from '../formats.js'
import type { SettingsOptions } from '../options.js'
import { type RuleSettings, resolveSettings } from '../settings.js'

export type Members = Readonly<Record<string, unknown>>

/** A stored document: the members that this version knows, checked, and all members as they are stored. */
export interface Stored {
  readonly document: ConfigDocument
  readonly members: Members
}

/** The members that are secret, whole. */
export type SecretMember = 'secret' | 'headers'

type Secrets = Pick<ConfigDocument, SecretMember>

/** Problems with secrets such as `***` or `[REDACTED]`: a text that some tool shows in place of a secret would be stored as one. */
export function masks(members: Members): Problem[] {
  const rules = objectsOf(members['rules'])
  return [...masksIn('', members), ...rules.flatMap((rule, i) => masksIn(`rules.${i}.`, rule))]
}

function masksIn(prefix: string, { secret, headers }: Members): Problem[] {
  const values = Object.entries(isObject(headers) ? headers : {})
  const places = [
    { path: `${prefix}secret`, value: secret, meant: 'a secret', kept: 'it' },
    ...values.map(([name, value]) => ({
      path: `${prefix}headers.${name}`,
      value,
      meant: 'the value of a header',
      kept: '`headers`',
    })),
  ]
  return places.flatMap(({ path, value, meant, kept }) =>
    typeof value === 'string' && /^(\*+|\[REDACTED\])$/i.test(value.trim())
      ? {
          path,
          message: `Expected \`${path}\` to be ${meant}, got a mask; leave ${kept} out to keep ${kept === 'it' ? 'the stored one' : 'the stored ones'}`,
        }
      : [],
  )
}

/**
 * Puts the stored secrets in place of those that a document leaves out. If the url of one has moved to another origin, that is a problem
 * instead: the new receiver must not learn the secret of the old one.
 */
export function withSecrets(
  { document, members }: Stored,
  stored: Stored | undefined,
): { readonly document: ConfigDocument; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const keep = (
    prefix: string,
    given: Members,
    { secret, headers }: Secrets,
    url: string | undefined,
    urlThen: string | undefined,
  ): Secrets => {
    const isKept = (member: SecretMember, isNone: boolean): boolean => {
      if (Object.hasOwn(given, member)) return false
      if (isNone || !hasMoved(url, urlThen)) return true
      problems.push(movedSecret(`${prefix}${member}`, member))
      return false
    }
    return {
      ...(secret !== undefined && isKept('secret', secret === '') && { secret }),
      ...(headers !== undefined && isKept('headers', Object.keys(headers).length === 0) && { headers }),
    }
  }
  const base = keep('', members, stored?.document ?? {}, document.url, stored?.document.url)
  const raw = objectsOf(members['rules'])
  const rules = document.rules?.map((rule, i) => {
    const before = stored?.document.rules?.find(({ name }) => name === rule.name)
    const urlThen = before?.url ?? stored?.document.url
    return {
      ...rule,
      ...keep(`rules.${i}.`, raw[i] ?? {}, before ?? {}, rule.url ?? document.url, urlThen),
    }
  })
  return { document: { ...document, ...base, ...(rules !== undefined && { rules }) }, problems }
}

/** Whether a url has another origin than before. A blank url has not moved: no secret is sent anywhere. */
function hasMoved(url: string | undefined, urlThen: string | undefined): boolean {
  return url !== '' && originOf(url ?? '') !== originOf(urlThen ?? '')
}

function movedSecret(path: string, member: SecretMember): Problem {
  const none = member === 'secret' ? '""' : '{}'
  const message = `Expected \`${path}\` to be given anew, or as ${none} for none, since the url has moved to another origin`
  return { path, message }
}

interface Given {
  readonly url?: string | undefined
  readonly secret?: string | undefined
}

/** Problems with options alone, without a document: a receiver takes its key from the secret, and there is none. */
export function secretsMissingInOptions(options: SettingsOptions): Problem[] {
  return missing(resolveSettings(options, undefined).rules, options.rules ?? [])
}

/**
 * Problems with a document: a receiver takes its key from the secret, and the one that is given is blank, or is for another origin. A
 * secret that the document leaves out is no problem, since the options may have one.
 */
export function secretsMissingInDocument(document: ConfigDocument): Problem[] {
  const given = document.rules ?? []
  const isSaid = (index: number): boolean => (given[index]?.secret ?? document.secret) !== undefined
  return missing(resolveSettings({}, document).rules, given, isSaid)
}

/** One problem for each place where a secret belongs: the rule if it has a url or a secret of its own, else the config as a whole. */
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

/** The items of a list, with `{}` in place of one that is no object, so that indexes stay; none if the input is no list. */
export function objectsOf(input: unknown): readonly Members[] {
  return Array.isArray(input) ? input.map((one: unknown) => (isObject(one) ? one : {})) : []
}
