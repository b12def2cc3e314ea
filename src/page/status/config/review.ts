// The question before something is written: it shows what changes.
import { isObject } from '../../../unknown.js'
import { byId, make } from '../../dom.js'
import { type Config, nameOfRule } from './fields.js'

export async function ask(title: string, body: Node, yes: string): Promise<boolean> {
  const dialog = byId('review', HTMLDialogElement)
  byId('review-title', HTMLElement).textContent = title
  byId('review-yes', HTMLButtonElement).textContent = yes
  byId('review-body', HTMLElement).replaceChildren(body)
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

/** A table of the members that a write changes; undefined where it changes none. `given` tells which secrets are new. */
export function diff(before: Config, after: Config, given: Config): Node | undefined {
  const [then, now] = [flat(before), flat(after)]
  for (const [path, value] of flat(given)) {
    const isSecret = path === 'secret' || path.endsWith('.secret')
    if (isSecret && value !== '' && then.get(path) === 'set' && now.get(path) === 'set') now.set(path, 'a new one')
  }
  const paths = [...new Set([...then.keys(), ...now.keys()])]
  const changed = paths.filter((path) => then.get(path) !== now.get(path))
  if (changed.length === 0) return undefined
  const head = ['Setting', 'Now', 'New'].map((title) => make('th', { scope: 'col' }, title))
  const rows = changed.map((path) => row(path, then.get(path) ?? '(none)', now.get(path) ?? '(none)'))
  return make('table', {}, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows))
}

/** Each member by its path. A rule's members stand below the rule's name, so that each is a row of its own. */
function flat(config: Config, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [member, value] of Object.entries(config)) {
    if (member === 'secret_set') found.set(`${prefix}secret`, value === true ? 'set' : '(none)')
    else if (member === 'rules' && Array.isArray(value)) {
      const names = value.map(nameOfRule)
      found.set('rules', names.join(', ') || '[]')
      for (const [at, rule] of value.entries()) {
        const { name: _, ...members } = isObject(rule) ? rule : {}
        for (const [path, text] of flat(members, `rules.${names[at]}.`)) found.set(path, text)
      }
    } else found.set(`${prefix}${member}`, textOf(value))
  }
  return found
}

function row(path: string, before: string, after: string): HTMLElement {
  // A long path breaks after a dot.
  const parts = path.split(/(?<=\.)/).flatMap((part) => [part, make('wbr')])
  return make('tr', {}, make('th', { scope: 'row' }, ...parts), make('td', {}, before), make('td', {}, after))
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
}
