// The form that sends a test alert, and what its receiver answered.
import type { TestOutcome } from '../../../control/test-alert.js'
import { listOf } from '../../../unknown.js'
import { byId, make, say } from '../../dom.js'
import { type Api, problemOf } from '../api.js'
import { type Config, nameOfRule } from '../config/fields.js'

export function offerTestAlerts(api: Api): void {
  const rule = byId('test-rule', HTMLSelectElement)
  const outcome = byId('test-outcome', HTMLElement)
  const send = byId('send-test', HTMLButtonElement)
  say(outcome, '')
  send.ariaDisabled = null
  byId('test', HTMLFormElement).onsubmit = (event) => {
    event.preventDefault()
    if (send.ariaDisabled === 'true') return
    send.ariaDisabled = 'true'
    say(outcome, 'Sending…')
    const sending = api.send('POST', 'test', rule.value === '' ? {} : { rule: rule.value }).finally(() => {
      send.ariaDisabled = null
    })
    void sending.then(
      ({ body }) => {
        const { outcome: kind, status, reason, host, format, duration_ms: durationMs, id } = body as TestOutcome
        const answer = [reason, status === undefined ? undefined : `status ${status}`]
          .filter((one) => one !== undefined)
          .join(', ')
        const place = `to ${host} as ${format}`
        if (kind === 'delivered') say(outcome, `Delivered ${place} in ${durationMs} ms (${answer}), id ${id}`, 'good')
        else say(outcome, `Not delivered ${place} (${answer})`, 'bad')
      },
      (error: unknown) => {
        const { detail, errors } = problemOf(error)
        say(outcome, errors[0]?.detail ?? detail, 'bad')
      },
    )
  }
}

/** Offers the rules of the config for a test. */
export function offerRules({ rules }: Config): void {
  const names = listOf(rules).map(nameOfRule)
  const select = byId('test-rule', HTMLSelectElement)
  const chosen = select.value
  const first = make('option', { value: '' }, names.length === 0 ? 'default' : 'the first rule that has a URL')
  select.replaceChildren(first, ...names.map((name) => make('option', { value: name }, name)))
  if (names.includes(chosen)) select.value = chosen
}
