// `logsiren test`: whether an alert would arrive, and if not, why.
import type { TestOutcome } from '../control/test-alert.js'
import { printable, type Terminal } from './terminal.js'

/** @throws Error where it was not delivered, after it has said so */
export function reportTest(outcome: TestOutcome, { json }: { readonly json: boolean }, { stdout }: Terminal): void {
  if (json) stdout.write(`${JSON.stringify(outcome)}\n`)
  const { status, reason, rule, id, duration_ms } = outcome
  const answer = [reason, status === undefined ? undefined : `status ${status}`]
    .filter((part) => part !== undefined)
    .join(', ')
  if (outcome.outcome === 'delivered') {
    if (!json) stdout.write(`Delivered in ${duration_ms} ms (${answer}), rule ${printable(rule)}, id ${id}\n`)
    return
  }
  throw new Error(`the test alert of rule ${printable(rule)} was not delivered (${answer}); ${advice(outcome)}`)
}

function advice({ outcome, reason }: TestOutcome): string {
  if (outcome === 'retry') return 'a real one would be tried again'
  if (outcome === 'gone') return 'the receiver says that it is gone: a real one would wait for another url'
  if (reason === 'address') return 'its address may not be called'
  if (reason === 'redirect') return 'redirects are not followed: use the url that it leads to'
  if (reason === 'certificate') return 'its certificate is not trusted (NODE_EXTRA_CA_CERTS adds an authority)'
  return 'a real one would be kept until the config changes'
}
