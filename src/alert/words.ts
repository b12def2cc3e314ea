// What an alert or its end says to a person who was woken by it. These are plain texts of one line each; a format lays them out.
import { MAX_TEXT_LENGTH, oneLine, plural, span, truncate } from '../text.js'
import type { Payload, ResolvedPayload, ThresholdPayload } from './payload.js'
import { samplesOf, timeText, topOf } from './word-parts.js'

export interface Fact {
  readonly name: string
  readonly value: string
}

export interface WordList {
  readonly name: string
  readonly lines: readonly string[]
}

export interface Words {
  readonly tone: 'firing' | 'resolved' | 'test'
  readonly title: string
  /** Status and message of the sample; `''` where it has neither. */
  readonly message: string
  /** Service, rule and group, as the title shows them; `''` where there is none to show. */
  readonly where: string
  /** The most important fact first; no name and no value is blank. */
  readonly facts: readonly Fact[]
  /** The most frequent values, and one error of each kind; no list is empty. */
  readonly lists: readonly WordList[]
  readonly footer: string
}

const MAX_FACTS = 20
// The lengths are in UTF-16 units.
const MAX_NAME_LENGTH = 60
const MAX_VALUE_LENGTH = 300
const MAX_WHERE_LENGTH = 120

export function toWords(payload: Payload): Words {
  const where = whereOf(payload)
  const { sample } = payload
  const message = [sample.status_code || '', oneLine(sample.error_message)].filter((part) => part !== '').join(' ')
  const isResolved = payload.type === 'log_error_resolved'
  const headline = isResolved ? resolvedHeadline(payload) : firingHeadline(payload)
  const facts = [...(isResolved ? resolvedFacts(payload) : firingFacts(payload)), ...placeFacts(payload)]
  return {
    tone: toneOf(payload),
    title: where === '' ? headline : `${headline} – ${where}`,
    message: truncate(message, MAX_TEXT_LENGTH),
    where,
    facts: facts.flatMap(toFact).slice(0, MAX_FACTS),
    lists: isResolved ? [] : listsOf(payload),
    footer: oneLine(`logsiren · ${payload.type} · ${truncate(payload.id, MAX_NAME_LENGTH)}`),
  }
}

function toneOf(payload: Payload): Words['tone'] {
  if (payload.type === 'log_error_resolved') return 'resolved'
  return payload.test === true ? 'test' : 'firing'
}

/** Service, rule and group. The rule `default`, which everybody has, would say nothing and is left out. */
function whereOf({ service = '', rule, group_by = {} }: Payload): string {
  const groups = Object.entries(group_by).map(([name, value]) => oneLine(`${name}=${oneLine(value)}`))
  const parts = [oneLine(service), rule === 'default' ? '' : oneLine(rule), groups.join(', ')]
  return truncate(parts.filter((part) => part !== '').join('/'), MAX_WHERE_LENGTH)
}

function firingHeadline({ count, window_seconds, threshold, test, degraded }: ThresholdPayload): string {
  const marks = [test === true ? '[TEST] ' : '', degraded === true ? '[DEGRADED] ' : ''].join('')
  return `${marks}${errors(count)} in ${span(window_seconds)} (threshold ${threshold})`
}

function resolvedHeadline({ duration_seconds, total }: ResolvedPayload): string {
  return `Resolved after ${span(duration_seconds)}, ${errors(total)} in all`
}

function errors(count: number): string {
  return `${count} ${plural(count, 'error')}`
}

type Pair = readonly [name: string, value: unknown]

function firingFacts({ first_seen, last_seen, suppressed, degraded }: ThresholdPayload): Pair[] {
  return [
    ['First seen', first_seen && timeText(first_seen)],
    ['Last seen', last_seen && timeText(last_seen)],
    ['Suppressed', suppressed > 0 ? `${errors(suppressed)} since the last alert` : ''],
    ['Degraded', degraded === true ? 'Redis was away: this is what one process alone has seen' : ''],
  ]
}

function resolvedFacts({ duration_seconds, peak, total, window_seconds, alert_id }: ResolvedPayload): Pair[] {
  return [
    ['Lasted', span(duration_seconds)],
    ['Peak', `${errors(peak)} in ${span(window_seconds)}`],
    ['Total', errors(total)],
    ['Alert', alert_id],
  ]
}

function placeFacts({ service, rule, group_by = {}, hostname, sample }: Payload): Pair[] {
  const grouped = (member: string, value: unknown): unknown => (Object.hasOwn(group_by, member) ? '' : value)
  return [
    ['Service', service],
    ['Rule', rule],
    ...Object.entries(group_by),
    ['Host', hostname],
    ['Group', grouped('group', sample.group)],
    ['Model', grouped('model', sample.model)],
    ['Provider', grouped('provider_name', sample.provider_name)],
    ['Provider type', grouped('provider_type', sample.provider_type)],
    ['Key', grouped('key_id', sample.key_id || '')],
    ['Client', grouped('client_ip', sample.client_ip)],
    ...Object.entries(sample.fields ?? {}),
  ]
}

function toFact([name, value]: Pair): Fact[] {
  if (value === undefined || value === '') return []
  const fact = {
    name: truncate(oneLine(name), MAX_NAME_LENGTH),
    value: truncate(oneLine(value), MAX_VALUE_LENGTH),
  }
  return fact.name === '' || fact.value === '' ? [] : [fact]
}

function listsOf({ top, samples }: ThresholdPayload): WordList[] {
  const lists = [
    { name: 'Top messages', lines: topOf(top?.message) },
    { name: 'Top paths', lines: topOf(top?.path) },
    { name: 'Top status codes', lines: topOf(top?.status) },
    { name: 'Samples', lines: samplesOf(samples) },
  ]
  return lists.filter(({ lines }) => lines.length > 0)
}
