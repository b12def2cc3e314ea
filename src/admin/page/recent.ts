// What is over with: the last alerts, each with its attempts.
import { byId, make } from './dom.js'
import { clock } from './time.js'

export interface Attempt {
  readonly at: string
  readonly outcome: string
}

export interface Recent {
  readonly id: string
  readonly kind: string
  readonly rule: string
  readonly group_by?: Readonly<Record<string, unknown>>
  readonly count: number
  readonly threshold: number
  readonly window_seconds: number
  readonly raised_at: string
  readonly ended_at: string
  readonly outcome: string
  readonly tries: number
  readonly attempts: readonly Attempt[]
  readonly sample?: { readonly status_code: number; readonly error_message: string }
  readonly degraded?: boolean
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

export class RecentAlerts {
  readonly #parent = byId('recent', HTMLElement)
  #drawn = ''

  /** Drawn anew only when there is something new, so that what somebody has opened stays open. */
  update(recent: readonly Recent[]): void {
    const newest = JSON.stringify(recent.map(({ id, outcome, kind }) => [id, outcome, kind]))
    if (newest === this.#drawn) return
    this.#drawn = newest
    if (recent.length === 0) this.#parent.replaceChildren(make('p', { class: 'hint' }, 'No alert was told lately'))
    else this.#parent.replaceChildren(...recent.map((one) => drawAlert(one)))
  }

  clear(): void {
    this.#drawn = ''
    this.#parent.replaceChildren()
  }
}

function drawAlert(alert: Recent): HTMLElement {
  const { kind, rule, group_by: groupBy = {}, count, threshold, window_seconds: windowSeconds, tries, sample } = alert
  const name = [rule, ...Object.entries(groupBy).map(([path, value]) => `${path} = ${value}`)].join(' · ')
  const what = kind === 'resolved' ? 'errors have stopped' : `${count} errors in ${windowSeconds} s`
  const facts = [
    ['Raised', clock(alert.raised_at)],
    [alert.outcome === 'delivered' ? 'Delivered' : 'Given up', clock(alert.ended_at)],
    ['Threshold', String(threshold)],
    ['Sample', sample === undefined ? '' : `${sample.status_code || ''} ${sample.error_message}`.trim()],
    ['Id', alert.id],
  ] as const
  return make(
    'details',
    { class: 'alert' },
    make(
      'summary',
      {},
      make('span', { class: `tag ${alert.outcome}` }, alert.outcome === 'delivered' ? 'delivered' : 'given up'),
      make('span', { class: 'name' }, name),
      make('span', {}, what),
      make('time', { datetime: alert.ended_at, title: clock(alert.ended_at) }, clock(alert.ended_at)),
      alert.degraded === true ? make('span', { class: 'tag' }, 'without Redis') : undefined,
      tries > 1 ? make('span', { class: 'hint' }, `${tries} attempts`) : undefined,
    ),
    make(
      'dl',
      {},
      ...facts
        .filter(([, value]) => value !== '')
        .flatMap(([term, value]) => [make('dt', {}, term), make('dd', {}, value)]),
    ),
    attemptsList(alert.attempts, tries),
  )
}
