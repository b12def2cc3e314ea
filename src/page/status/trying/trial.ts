// The form that shows which alerts the config on the page would have raised on pasted lines.

import type { Trial } from '../../../admin/try-lines.js'
import { counted, oneLine, plural } from '../../../text.js'
import { isObject } from '../../../unknown.js'
import { byId, make } from '../../dom.js'
import { seriesName } from '../../series.js'
import { type Api, problemOf } from '../api.js'
import type { Config } from '../config/fields.js'
import { sampleText } from '../sample-text.js'
import { clock } from '../time.js'

/** At most this many alerts are listed. */
const MAX_SHOWN = 50

/** `read` gives the config as the form has it now, undefined where it cannot be read. */
export function offerTrials(api: Api, read: () => Config | undefined): void {
  const outcome = byId('trial', HTMLElement)
  const lines = byId('lines', HTMLTextAreaElement)
  outcome.replaceChildren()
  byId('try', HTMLFormElement).onsubmit = (event) => {
    event.preventDefault()
    const config = read()
    if (config === undefined) return
    void api.send('POST', 'try', { lines: lines.value, config: countingOf(config) }).then(
      ({ body }) => outcome.replaceChildren(...drawTrial(body as Trial)),
      (error: unknown) => outcome.replaceChildren(...drawProblem(error)),
    )
  }
}

/** The config without the members that say where alerts go: they do not matter here, so nothing of them is sent. */
function countingOf({ enabled: _, url: __, secret: ___, rules, ...members }: Config): Config {
  if (!Array.isArray(rules)) return { ...members, ...(rules !== undefined && { rules }) }
  return { ...members, rules: rules.map((rule: unknown) => (isObject(rule) ? countingOf(rule) : rule)) }
}

function drawTrial({ lines, errors, ignored, untimed, alerts, not_understood: notUnderstood }: Trial): Node[] {
  const raised = alerts.filter(({ kind }) => kind === 'alert').length
  const none = notUnderstood.lines > 0 ? 'no alert in what was understood' : 'no alert'
  const summary = `${counted(lines, 'line')}, ${counted(errors, 'error')}: ${raised === 0 ? none : counted(raised, 'alert')}`
  const notes = [
    ...(notUnderstood.lines > 0 ? [notUnderstoodNote(notUnderstood)] : []),
    ...(ignored > 0 ? [make('p', { class: 'hint' }, `${counted(ignored, 'error')} ignored: no rule counts them`)] : []),
    ...(untimed > 0
      ? [make('p', { class: 'hint' }, `${counted(untimed, 'error')} without a time, which no window can count`)]
      : []),
  ]
  const items = alerts.slice(0, MAX_SHOWN).map(({ at, why, rule, group_by: groupBy, kind, sample }) => {
    const name = seriesName(rule, groupBy)
    const shown = sampleText(sample)
    return make(
      'li',
      {},
      make('time', { datetime: at }, clock(at)),
      ' ',
      make('strong', {}, make('bdi', {}, name), kind === 'resolved' ? ': errors have stopped' : ''),
      ` ${why}`,
      shown === '' ? undefined : make('span', { class: 'hint' }, ' (', make('bdi', {}, shown), ')'),
    )
  })
  return [
    make('p', { class: 'summary' }, summary),
    ...notes,
    make('ol', { class: 'attempts' }, ...items),
    ...(alerts.length > MAX_SHOWN ? [make('p', { class: 'hint' }, `Only the first ${MAX_SHOWN} are listed`)] : []),
  ]
}

/** An error in a line that was not understood would not have been found. */
function notUnderstoodNote({ lines, first, most }: Trial['not_understood']): Node {
  const text = `${counted(lines, 'line')} ${plural(lines, 'was', 'were')} not understood`
  const why = most ? ', most of what was pasted, so this says little' : ''
  const shown = first === '' ? [] : ['; the first looks like: ', make('bdi', {}, oneLine(first))]
  return make('p', { class: most ? 'notice' : 'hint' }, `${text}${why}`, ...shown)
}

function drawProblem(error: unknown): Node[] {
  const { detail, errors } = problemOf(error)
  const texts = errors.length === 0 ? [detail] : errors.map((one) => one.detail)
  return texts.map((text) => make('p', { class: 'problem' }, text))
}
