// A question before something is written: what changes, and whether to do it.
import { byId, make } from './dom.js'
import type { Config } from './fields.js'

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

/** What a write changes, as a table; undefined where it changes nothing. */
export function diff(before: Config, after: Config, isSecretGiven: boolean): Node | undefined {
  const members = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changed = members.filter((member) => text(before[member]) !== text(after[member]))
  const rows = changed.map((member) => row(member, text(before[member]), text(after[member])))
  if (isSecretGiven && after['secret_set'] === true && before['secret_set'] === true)
    rows.push(row('secret', 'set', 'another one'))
  if (rows.length === 0) return undefined
  const head = ['Member', 'Now', 'Then'].map((title) => make('th', { scope: 'col' }, title))
  return make('table', {}, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows))
}

function row(member: string, before: string, after: string): HTMLElement {
  return make('tr', {}, make('th', { scope: 'row' }, member), make('td', {}, before), make('td', {}, after))
}

function text(value: unknown): string {
  if (value === undefined) return '(none)'
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
}
