// What is said of each option to people, made of its row: README's table has these texts, the command line and the JSON Schema them without marks.
import { type OptionName, optionMembers } from './engine-options.js'
import type { Member } from './rule-members.js'

export interface OptionText {
  /** What holds where it is left out, as Markdown. */
  readonly fallback: string
  /** As Markdown; links lead into README. */
  readonly meaning: string
}

export const optionTexts: Readonly<Record<OptionName, OptionText>> = mapped(optionMembers, (member) => ({
  fallback: fallbackText(member),
  meaning: `${member.meaning}${member.isCodeOnly === true ? '. Code only' : ''}`,
}))

/** `none`, or the default as code writes it. */
function fallbackText({ shown, fallback }: Member): string {
  if (shown !== undefined) return shown
  if (isNone(fallback)) return 'none'
  return typeof fallback === 'string' ? `\`'${fallback}'\`` : `\`${fallback}\``
}

/** Whether such a default stands for nothing at all. */
export function isNone(fallback: unknown): boolean {
  if (typeof fallback === 'object' && fallback !== null) return Object.keys(fallback).length === 0
  return fallback === undefined || fallback === '' || fallback === 0
}

/** Without Markdown's links and marks, for a terminal or an editor. */
export function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
}

function mapped<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  change: (value: From) => To,
): Readonly<Record<Name, To>> {
  const entries = Object.entries<From>(record).map(([name, value]) => [name, change(value)] as const)
  // Object.fromEntries widens the names, which stay what they were.
  return Object.fromEntries(entries) as Record<Name, To>
}
