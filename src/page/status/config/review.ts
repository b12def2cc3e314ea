// The question before something is written or deleted: it shows what changes, and what is lost.
import { counted } from '../../../text.js'
import { isObject, listOf } from '../../../unknown.js'
import { byId, make } from '../../dom.js'
import { type Config, nameOfRule } from './fields.js'
import { maskedUrl } from './url-field.js'

export async function ask(title: string, body: readonly Node[], yes: string): Promise<boolean> {
  const dialog = byId('review', HTMLDialogElement)
  byId('review-title', HTMLElement).textContent = title
  byId('review-yes', HTMLButtonElement).textContent = yes
  byId('review-body', HTMLElement).replaceChildren(...body)
  dialog.returnValue = 'no'
  dialog.showModal()
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }))
  return dialog.returnValue === 'yes'
}

/** Closes the question as if the reader had cancelled it. */
export function dismiss(): void {
  byId('review', HTMLDialogElement).close('no')
  byId('review-body', HTMLElement).replaceChildren()
}

/** The names that rules have now, by those that they are stored under. */
export type Renames = ReadonlyMap<string, string>

const NONE = '(not stored)'
const SECRET = 'set'
const NEW_SECRET = 'another one'

/**
 * What a write changes, a row for each member, and what somebody should know of it; undefined where it changes nothing. `given` tells which
 * secrets are new.
 */
export function changes(before: Config, after: Config, given: Config, renames: Renames): readonly Node[] | undefined {
  const stored = new Map([...renames].map(([then, now]) => [now, then]))
  const [then, now] = [flat(before), flat(after, stored)]
  for (const [path, value] of flat(given, stored))
    if (isSecret(path) && value !== '' && then.get(path) === SECRET && now.get(path) === SECRET)
      now.set(path, NEW_SECRET)
  const changed = [...new Set([...then.keys(), ...now.keys()])].filter((path) => then.get(path) !== now.get(path))
  // The row `rules` says which rules are new or gone; a name stands by itself only where it changes.
  const told = changed.filter((path) => !isName(path) || (then.has(path) && now.has(path)))
  if (told.length === 0) return undefined
  const rows = told.map((path) => [path, ...shownPair(path, then.get(path), now.get(path))] as const)
  const lost = changed.filter((path) => isSecret(path) && then.get(path) === SECRET && now.get(path) !== NEW_SECRET)
  return [
    changeTable(['Setting', 'Now', 'After saving'], rows),
    ...lossOf(lost.length),
    ...(isOff(after) && !isOff(before) ? [make('p', { class: 'notice' }, offText(after))] : []),
  ]
}

/** All that is lost with the stored config. */
export function losses(stored: Config): readonly Node[] {
  const members = flat(stored)
  const rows = [...members]
    .filter(([path]) => !isName(path))
    .map(([path, value]) => [path, shown(path, value)] as const)
  const table = rows.length === 0 ? [] : [changeTable(['Setting', 'Now'], rows)]
  const secrets = [...members].filter(([path, value]) => isSecret(path) && value === SECRET).length
  return [make('p', {}, 'Without it, every process uses the options in its code.'), ...table, ...lossOf(secrets)]
}

/** A table of members, each by its path, with a value for each further column. */
export function changeTable(heads: readonly string[], rows: readonly (readonly [path: string, ...string[]])[]): Node {
  const head = heads.map((title) => make('th', { scope: 'col' }, title))
  const body = rows.map(([path, ...values]) => {
    // A long path breaks after a dot.
    const parts = path.split(/(?<=\.)/).flatMap((part) => [part, make('wbr')])
    const cells = values.map((value) => make('td', {}, make('bdi', {}, value)))
    return make('tr', {}, make('th', { scope: 'row' }, ...parts), ...cells)
  })
  return make('table', { class: 'changes' }, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...body))
}

function lossOf(secrets: number): readonly Node[] {
  if (secrets === 0) return []
  const text = `${counted(secrets, 'secret')} will be gone. Nobody can read a stored secret, so it cannot be had back.`
  return [make('p', { class: 'notice' }, text)]
}

/** Whether no alert is sent with this config but those of rules that are switched on by themselves. */
function isOff({ enabled, url }: Config): boolean {
  return enabled === undefined ? url !== undefined : enabled !== true
}

function offText({ enabled, rules }: Config): string {
  const isOnByItself = listOf(rules).some((rule) => isObject(rule) && rule['enabled'] === true)
  const why = enabled === undefined ? ': a URL is stored without enabled, which means off' : ''
  return `After saving no alert is sent${isOnByItself ? ', but for rules that are switched on by themselves' : ''}${why}.`
}

/** Each member by its path. A rule's members stand below the name that `stored` has for it, so that each is a row of its own. */
function flat(config: Config, stored: ReadonlyMap<string, string> = new Map(), prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [member, value] of Object.entries(config)) {
    if (member === 'secret_set') {
      if (value === true) found.set(`${prefix}secret`, SECRET)
    } else if (member === 'headers_set') {
      for (const name of listOf(value)) found.set(`${prefix}headers.${String(name)}`, SECRET)
    } else if (member === 'headers') {
      for (const name of Object.keys(isObject(value) ? value : {})) found.set(`${prefix}headers.${name}`, NEW_SECRET)
    } else if (member === 'rules' && Array.isArray(value)) {
      const names = value.map(nameOfRule)
      found.set('rules', names.join(', ') || '[]')
      for (const [at, rule] of value.entries()) {
        const name = names[at] ?? ''
        const below = `rules.${stored.get(name) ?? name}.`
        for (const [path, text] of flat(isObject(rule) ? rule : {}, stored, below)) found.set(path, text)
      }
    } else found.set(`${prefix}${member}`, textOf(value))
  }
  return found
}

function isSecret(path: string): boolean {
  return /^(rules\..*\.)?(secret$|headers\.)/.test(path)
}

function isName(path: string): boolean {
  return /^rules\..*\.name$/.test(path)
}

function shownPair(path: string, before = NONE, after = NONE): readonly [string, string] {
  const [old, next] = [shown(path, before), shown(path, after)]
  return [old, old === next ? 'another one' : next]
}

function shown(path: string, value: string): string {
  return /(^|\.)url$/.test(path) ? maskedUrl(value) : value
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
}
