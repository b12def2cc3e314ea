// Whether a document lets alerts be sent, in words: somebody who writes one is told if it does not.
import type { ConfigDocument, DocumentRule } from '../document-members.js'
import { resolveSettings } from '../settings.js'

/** The options of a process that would send every alert: what is off beside them is off by the document. */
const sending = { url: 'https://code.invalid/', enabled: true }

/**
 * What keeps alerts from being sent, or could: the document switches them off, for all rules or some, or it switches them on and has no url,
 * or not the template that is its format.
 * One sentence; undefined where there is nothing to say.
 */
export function alertingNote(document: ConfigDocument): string | undefined {
  const { rules } = resolveSettings(sending, document)
  const off = rules.filter(({ enabled }) => !enabled)
  if (off.length === 0) return (document.enabled === true ? urlNote(document) : undefined) ?? templateNote(document)
  const reasons = [...new Set(off.map(({ name }) => reasonOf(document, name)))].join('; ')
  const names = off.map(({ name }) => name).join(', ')
  return off.length === rules.length
    ? `Alerts are off: ${reasons}.`
    : `Alerts of ${off.length === 1 ? 'the rule' : 'the rules'} ${names} are off: ${reasons}.`
}

function reasonOf({ enabled, url, rules = [] }: ConfigDocument, name: string): string {
  const own = rules.find((rule) => rule.name === name)
  if ((own?.url ?? url) === '') return 'the url is blank'
  if ((own?.enabled ?? enabled) === false) return 'enabled is false'
  return 'enabled is missing beside a url'
}

function urlNote({ url, rules = [] }: ConfigDocument): string | undefined {
  const hasOwn = rules.length > 0 && rules.every((rule) => rule.url !== undefined)
  if (url !== undefined || hasOwn) return undefined
  return 'No url is stored: alerts go to the one in code, and are off in a process whose code has none.'
}

function templateNote({ format, template, rules = [] }: ConfigDocument): string | undefined {
  const all = rules.length === 0 ? [{}] : rules
  const isLacking = all.some(
    (own: Partial<DocumentRule>) => (own.format ?? format) === 'template' && (own.template ?? template) === undefined,
  )
  return isLacking ? 'No template is stored: a process whose code has none keeps its last good config.' : undefined
}
