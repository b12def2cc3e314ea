// The attempts to deliver an alert, as a list.

import type { StatusAttempt } from '../../control/status.js'
import { counted } from '../../text.js'
import { make } from '../dom.js'
import { clock } from './time.js'

/** `tries` is how many attempts there were: only the last ones are kept. */
export function attemptsList(attempts: readonly StatusAttempt[], tries: number): HTMLElement {
  if (attempts.length === 0) return make('p', { class: 'hint' }, 'No attempt has ended yet')
  const earlier = tries - attempts.length
  return make(
    'ol',
    { class: 'attempts' },
    ...(earlier > 0 ? [make('li', { class: 'hint' }, counted(earlier, 'earlier attempt'))] : []),
    ...attempts.map(({ at, outcome }) => make('li', {}, make('time', { datetime: at }, clock(at)), ` ${outcome}`)),
  )
}
