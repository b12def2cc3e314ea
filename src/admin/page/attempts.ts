// The attempts to deliver an alert, as a list.
import { make } from './dom.js'
import { clock } from './time.js'

export interface Attempt {
  readonly at: string
  readonly outcome: string
}

export function attemptsList(attempts: readonly Attempt[], tries: number): HTMLElement {
  if (attempts.length === 0) return make('p', { class: 'hint' }, 'No attempt has ended yet')
  const earlier = tries - attempts.length
  return make(
    'ol',
    { class: 'attempts' },
    ...(earlier > 0 ? [make('li', { class: 'hint' }, `${earlier} earlier`)] : []),
    ...attempts.map(({ at, outcome }) => make('li', {}, make('time', { datetime: at }, clock(at)), ` ${outcome}`)),
  )
}
