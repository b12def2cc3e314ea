// What the config on the page would have raised on pasted lines.
import { type Api, problemOf } from './api.js'
import { byId, make } from './dom.js'
import type { Config } from './fields.js'
import { clock } from './time.js'

interface TrialAlert {
  readonly kind: string
  readonly at: string
  readonly why: string
  readonly rule: string
  readonly group_by?: Readonly<Record<string, unknown>>
  readonly sample: { readonly status_code: number; readonly error_message: string }
}

interface Trial {
  readonly lines: number
  readonly errors: number
  readonly untimed: number
  readonly alerts: readonly TrialAlert[]
}

const MAX_SHOWN = 50

/** `read` gives what the form says now; undefined where it cannot be read. */
export function offerTrials(api: Api, read: () => Config | undefined): void {
  const outcome = byId('trial', HTMLElement)
  const lines = byId('lines', HTMLTextAreaElement)
  outcome.replaceChildren()
  byId('try', HTMLFormElement).onsubmit = (event) => {
    event.preventDefault()
    const config = read()
    if (config === undefined) return
    // Where alerts would go does not matter here, so nothing of it is sent.
    const { enabled: _, url: __, secret: ___, ...counting } = config
    void api.send('POST', '/try', { lines: lines.value, config: counting }).then(
      ({ body }) => outcome.replaceChildren(...drawTrial(body as Trial)),
      (error: unknown) => outcome.replaceChildren(...drawProblem(error)),
    )
  }
}

function drawTrial({ lines, errors, untimed, alerts }: Trial): Node[] {
  const raised = alerts.filter(({ kind }) => kind === 'alert').length
  const counted = `${lines} ${lines === 1 ? 'line' : 'lines'}, ${errors} ${errors === 1 ? 'error' : 'errors'}`
  const summary = `${counted}: ${raised === 0 ? 'no alert' : raised === 1 ? 'one alert' : `${raised} alerts`}`
  const note =
    untimed > 0 ? make('p', { class: 'hint' }, `${untimed} have no time, so they are in no window`) : undefined
  const items = alerts.slice(0, MAX_SHOWN).map(({ at, why, rule, group_by: groupBy = {}, kind, sample }) => {
    const name = [rule, ...Object.entries(groupBy).map(([path, value]) => `${path} = ${value}`)].join(' · ')
    const shown = `${sample.status_code || ''} ${sample.error_message}`.trim()
    return make(
      'li',
      {},
      make('time', { datetime: at }, clock(at)),
      ' ',
      make('strong', {}, kind === 'resolved' ? `${name}: over` : name),
      ` ${why}`,
      shown === '' ? undefined : make('span', { class: 'hint' }, ` (${shown})`),
    )
  })
  return [
    make('p', { class: 'summary' }, summary),
    ...(note === undefined ? [] : [note]),
    make('ol', { class: 'attempts' }, ...items),
  ]
}

function drawProblem(error: unknown): Node[] {
  const { detail, errors } = problemOf(error)
  const texts = errors.length === 0 ? [detail] : errors.map((one) => one.detail)
  return texts.map((text) => make('p', { class: 'problem' }, text))
}
