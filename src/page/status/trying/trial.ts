// What the config on the page would have raised on pasted lines.
import type { Trial } from '../../../admin/try-lines.js'
import { byId, make } from '../../dom.js'
import { type Api, problemOf } from '../api.js'
import type { Config } from '../config/fields.js'
import { clock } from '../time.js'

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
    void api.send('POST', '/try', { lines: lines.value, config: countingOf(config) }).then(
      ({ body }) => outcome.replaceChildren(...drawTrial(body as Trial)),
      (error: unknown) => outcome.replaceChildren(...drawProblem(error)),
    )
  }
}

/** Where alerts would go does not matter here, so nothing of it is sent. */
function countingOf({ enabled: _, url: __, secret: ___, rules, ...members }: Config): Config {
  if (!Array.isArray(rules)) return { ...members, ...(rules !== undefined && { rules }) }
  return { ...members, rules: rules.map((rule: unknown) => (isObject(rule) ? countingOf(rule) : rule)) }
}

function isObject(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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
    ...(alerts.length > MAX_SHOWN ? [make('p', { class: 'hint' }, `The first ${MAX_SHOWN} are shown`)] : []),
  ]
}

function drawProblem(error: unknown): Node[] {
  const { detail, errors } = problemOf(error)
  const texts = errors.length === 0 ? [detail] : errors.map((one) => one.detail)
  return texts.map((text) => make('p', { class: 'problem' }, text))
}
