// Texts for people about each option, made of its row. README's table has them as they are; the help of the command line and the JSON Schema
// have them without Markdown's marks.
import { type OptionName, optionMembers } from './engine-options.js'
import type { Member } from './rule-members.js'

export interface OptionText {
  /** The default, as Markdown. */
  readonly fallback: string
  /** What the option means, as Markdown. Links lead into README. */
  readonly meaning: string
}

export const optionTexts: Readonly<Record<OptionName, OptionText>> = mapped(optionMembers, (member) => ({
  fallback: fallbackText(member),
  meaning: `${member.meaning}${member.isCodeOnly === true ? '. Code only' : ''}`,
}))

/** The default as code writes it, or `none`. */
function fallbackText({ shown, fallback }: Member): string {
  if (shown !== undefined) return shown
  if (isNone(fallback)) return 'none'
  return typeof fallback === 'string' ? `\`'${fallback}'\`` : `\`${fallback}\``
}

/** Whether a default means none: it is missing, blank, empty or 0. */
export function isNone(fallback: unknown): boolean {
  if (typeof fallback === 'object' && fallback !== null) return Object.keys(fallback).length === 0
  return fallback === undefined || fallback === '' || fallback === 0
}

/** Removes Markdown's links and code marks from a text, for a terminal or an editor. */
export function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
}

function mapped<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  change: (value: From) => To,
): Readonly<Record<Name, To>> {
  const entries = Object.entries<From>(record).map(([name, value]) => [name, change(value)] as const)
  // Object.fromEntries loses the type of the names, which stay the same.
  return Object.fromEntries(entries) as Record<Name, To>
}
