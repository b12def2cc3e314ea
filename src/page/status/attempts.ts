// The attempts to deliver an alert, as a list.

import type { StatusAttempt } from '../../control/status.js'
import { counted, oneLine } from '../../text.js'
import { make } from '../dom.js'
import { clock } from './time.js'

/** `tries` is how many attempts began: only how the last ones ended is kept. */
export function attemptsList(attempts: readonly StatusAttempt[], tries: number): HTMLElement {
  if (attempts.length === 0)
    return make(
      'p',
      { class: 'hint' },
      tries === 0 ? 'No attempt has begun yet' : 'How its attempts ended is not known',
    )
  const earlier = tries - attempts.length
  return make(
    'ol',
    { class: 'attempts' },
    ...(earlier > 0 ? [make('li', { class: 'hint' }, counted(earlier, 'earlier attempt'))] : []),
    ...attempts.map(({ at, outcome }) =>
      make('li', {}, make('time', { datetime: at }, clock(at)), ` ${oneLine(outcome)}`),
    ),
  )
}
