// The form that sends a test alert, and what its receiver answered.
import type { AttemptOutcome, TestOutcome } from '../../../control/test-alert.js'
import { oneLine } from '../../../text.js'
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
        const result = body as TestOutcome
        say(outcome, outcomeText(result), result.outcome === 'delivered' ? 'good' : 'bad')
      },
      (error: unknown) => {
        const { detail, errors } = problemOf(error)
        say(outcome, errors[0]?.detail ?? detail, 'bad')
      },
    )
  }
}

/** Where it went, what was answered, and what followed. */
function outcomeText(result: TestOutcome): string {
  const { outcome, host, format, duration_ms: durationMs, id, resolved, rearmed } = result
  const place = `to ${oneLine(host)} as ${format}`
  if (outcome !== 'delivered') return `Not delivered ${place} (${answerText(result)})`
  const end = resolved === undefined ? '' : endText(resolved)
  const due = rearmed === true ? ' Alerts that are parked for this URL are tried again now.' : ''
  return `Delivered ${place} in ${durationMs} ms (${answerText(result)}), id ${id}.${end}${due}`
}

function endText(end: AttemptOutcome): string {
  return end.outcome === 'delivered'
    ? ' It is resolved again.'
    : ` It is still open there, since it could not be resolved (${answerText(end)}).`
}

function answerText({ reason, status, answer }: AttemptOutcome): string {
  const told = [reason, status === undefined ? undefined : `status ${status}`].filter((one) => one !== undefined)
  return `${told.join(', ')}${answer === undefined ? '' : `: ${oneLine(answer)}`}`
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
