// What is stored, and beside it what stands for a member that is not, as a table.
import { type ConfigDocument, documentOptions } from '../../config/document-members.js'
import { type OptionName, optionMembers } from '../../config/engine-options.js'
import { toSnakeCase } from '../../config/names.js'
import { optionTexts, plainText } from '../../config/option-texts.js'
import type { StoredConfig } from '../../control/stored-config.js'
import { wrapped } from '../terminal.js'
import { membersOf } from './members.js'

/** What stands for a member of the document that is not stored: the option in code, else the default. */
export function fallbackOf(name: OptionName): string {
  // The original service reads a missing `enabled` as false.
  if (name === 'enabled') return 'off beside a stored url, else as in code'
  return `as in code, else ${plainText(optionTexts[name].fallback).replaceAll("'", '')}`
}

/**
 * A row for each member that is stored, a rule's and those that this version does not know among them; and, of `all`, one for each that is not.
 */
export function configTable(stored: StoredConfig, columns: number, of: 'all' | 'stored' = 'all'): string {
  const members = membersOf(stored)
  const document: ConfigDocument = stored.kind === 'valid' ? stored.stored.document : {}
  const names = documentOptions.map((name) => ({ name, member: toSnakeCase(name) }))
  const rows = names.flatMap(({ name, member }) => {
    const own = [...members].filter(([path]) => path === member || path.startsWith(`${member}.`))
    if (own.length === 0) return of === 'stored' ? [] : [[member, `(not stored: ${notStored(name, document)})`]]
    return own.map(([path, { value, text }]) => [path, `${text}${meaningOf(name, value)}`])
  })
  const shown = new Set(rows.map(([path]) => path))
  const others = [...members].filter(([path]) => !shown.has(path))
  const all = [...rows, ...others.map(([path]) => [path, 'set (this version does not know it)'])]
  const width = Math.max(...all.map(([path = '']) => path.length))
  return all
    .flatMap(([path = '', text = '']) => wrapped(text, columns, `${path.padEnd(width)}  `))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

function notStored(name: OptionName, { url }: ConfigDocument): string {
  if (name !== 'enabled' || url === undefined) return fallbackOf(name)
  return 'off, since a url is'
}

function meaningOf(name: OptionName, value: unknown): string {
  const isDefault = optionMembers[name].kind === 'count' && typeof value === 'number' && value <= 0
  return isDefault ? ` (the default: ${plainText(optionTexts[name].fallback)})` : ''
}
