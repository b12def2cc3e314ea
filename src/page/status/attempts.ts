// The attempts to deliver an alert, as a list.
import type { StatusAttempt } from '../../control/status.js'
import { make } from '../dom.js'
import { clock } from './time.js'

export function attemptsList(attempts: readonly StatusAttempt[], tries: number): HTMLElement {
  if (attempts.length === 0) return make('p', { class: 'hint' }, 'No attempt has ended yet')
  const earlier = tries - attempts.length
  return make(
    'ol',
    { class: 'attempts' },
    ...(earlier > 0 ? [make('li', { class: 'hint' }, `${earlier} earlier`)] : []),
    ...attempts.map(({ at, outcome }) => make('li', {}, make('time', { datetime: at }, clock(at)), ` ${outcome}`)),
  )
}
