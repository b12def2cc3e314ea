// What an alert or its end says to a person who was woken by it. These are plain texts of one line each; a format lays them out.

import { kindOf } from '../record/kind.js'
import { isMadeUp } from '../record/log-record.js'
import { sharePercent } from '../share.js'
import { counted, grouped, isTimestamp, MAX_TEXT_LENGTH, oneLine, span, truncate } from '../text.js'
import type { Payload, ResolvedPayload, ThresholdPayload } from './payload.js'
import { type Severity, severityOf } from './severity.js'
import { clockText, groupWords, ordinal, samplesOf, timeText, topOf } from './word-parts.js'

export interface Fact {
  readonly name: string
  /** A time is in UTC. */
  readonly value: string
  /** Set where the value is a time: that time, RFC 3339. Formats whose receivers know the reader's time zone write it for them. */
  readonly time?: string
}

export interface WordList {
  readonly name: string
  readonly lines: readonly string[]
}

/** A link that was told with the alert. */
export interface Link {
  readonly name: string
  /** An http or https url of at most 2,000 printable ASCII characters. */
  readonly url: string
}

/** What has happened: a first alert, a later one while alerts keep coming, one that a process raised alone, a test, an end. */
export type Tone = 'firing' | 'repeated' | 'degraded' | 'test' | 'resolved'

/** How bad it is, the worst first; green says that it is over, and blue that nobody has to hurry. */
export type Color = 'red' | 'orange' | 'yellow' | 'blue' | 'green'

export interface Words {
  readonly tone: Tone
  readonly color: Color
  /**
   * What an on-call person has to know, in one line: `db timeout (503) – 12 errors in 60 s – shop`. The error stands within the first
   * hundred characters, which is what a phone shows of a notification.
   */
  readonly title: string
  /**
   * The title behind a picture of the tone, and the label `severity` where the alert has one: `🚨 [WARNING] db timeout …`. It is for people who
   * read a chat. Pagers read texts aloud and know severities themselves: they get the title alone.
   */
  readonly headline: string
  /** Message and status of the sample; `''` where it has neither. */
  readonly message: string
  /** `message` where the title has only the beginning of it, otherwise `''`. */
  readonly detail: string
  /** Service, rule and group; `''` where there is none to show. */
  readonly where: string
  /** The most important fact first; no name and no value is blank. */
  readonly facts: readonly Fact[]
  /** The most frequent values, and one error of each kind; no list is empty. */
  readonly lists: readonly WordList[]
  readonly links: readonly Link[]
  readonly footer: string
}

const MAX_FACTS = 20
// The lengths are in UTF-16 units.
const MAX_NAME_LENGTH = 60
const MAX_VALUE_LENGTH = 300
const MAX_WHERE_LENGTH = 120
/** Of a message in a title: short enough for a phone to show the count behind it too. */
const MAX_TITLE_MESSAGE_LENGTH = 80

/** A picture for each tone. They differ in shape, since not everybody can tell colours apart. */
const pictures: Readonly<Record<Tone, string>> = {
  firing: '🚨',
  repeated: '🔁',
  degraded: '⚠️',
  test: '🧪',
  resolved: '✅',
}

const colorsOfTones: Readonly<Record<Tone, Color>> = {
  firing: 'red',
  repeated: 'orange',
  degraded: 'yellow',
  test: 'blue',
  resolved: 'green',
}

const colorsOfSeverities: Readonly<Record<Severity, Color>> = {
  critical: 'red',
  error: 'orange',
  warning: 'yellow',
  info: 'blue',
}

export function toWords(payload: Payload): Words {
  const tone = toneOf(payload)
  const message = errorOf(payload, MAX_TEXT_LENGTH)
  const isResolved = payload.type === 'log_error_resolved'
  const short = errorOf(payload, MAX_TITLE_MESSAGE_LENGTH)
  const told = [
    short,
    isResolved ? `${amount(payload, payload.total)} in all` : amountOf(payload),
    titleWhereOf(payload),
  ]
  const title = beginningOf(payload) + told.filter((part) => part !== '').join(' – ')
  const own = isResolved ? resolvedFacts(payload) : firingFacts(payload)
  const facts = [...own, ...Object.entries(payload.labels ?? {}), ...placeFacts(payload)]
  const severity = tone === 'resolved' ? undefined : severityOf(payload)
  const mark = severity === undefined ? '' : `[${severity.toUpperCase()}] `
  return {
    tone,
    color: severity === undefined || tone === 'test' ? colorsOfTones[tone] : colorsOfSeverities[severity],
    title,
    headline: `${pictures[tone]} ${mark}${title}`,
    message,
    detail: short === message ? '' : message,
    where: whereOf(payload),
    facts: facts.flatMap(toFact).slice(0, MAX_FACTS),
    lists: isResolved ? [] : listsOf(payload),
    links: Object.entries(payload.links ?? {}).map(([name, url]) => ({
      name: oneLine(name) || new URL(url).host,
      url,
    })),
    footer: oneLine(`logsiren · ${payload.type} · ${truncate(payload.id, MAX_NAME_LENGTH)}`),
  }
}

function toneOf(payload: Payload): Tone {
  if (payload.type === 'log_error_resolved') return 'resolved'
  if (payload.test === true) return 'test'
  if (payload.degraded === true) return 'degraded'
  return isRepeated(payload) ? 'repeated' : 'firing'
}

/** Whether alerts keep coming. Those of what is new do not tell the same again. */
function isRepeated({ notice = 1, new_only }: ThresholdPayload): boolean {
  return notice > 1 && new_only !== true
}

/**
 * `db timeout (503)`, at most `max` UTF-16 units. A status that the message itself tells is told once. Where nothing but the status is
 * known: `503 GET /orders`.
 */
function errorOf({ sample: { status_code, error_message }, sample_request = '' }: Payload, max: number): string {
  const text = oneLine(error_message)
  if (status_code > 0 && isMadeUp(text) && oneLine(sample_request) !== '')
    return truncate(`${status_code} ${oneLine(sample_request)}`, max)
  const isTold = status_code === 0 || new RegExp(`(?<!\\d)${status_code}(?!\\d)`).test(text)
  if (isTold) return truncate(text, max)
  if (text === '') return `status ${status_code}`
  const status = ` (${status_code})`
  return truncate(text, max - status.length) + status
}

/** Service, rule and group; of many groups the service, since the title begins with them. The rule `default`, which everybody has, would say nothing and is left out. */
function whereOf({ service = '', rule, group_by = {}, groups: count }: Payload): string {
  if (count !== undefined) return truncate(oneLine(service), MAX_WHERE_LENGTH)
  const parts = [oneLine(service), rule === 'default' ? '' : oneLine(rule), groupWords(group_by)]
  return truncate(parts.filter((part) => part !== '').join('/'), MAX_WHERE_LENGTH)
}

/** Where it happened, as a title says it: the message before it tells a kind that is made of it. */
function titleWhereOf(payload: Payload): string {
  const { kind, ...group_by } = payload.group_by ?? {}
  const shape = kindOf('', payload.sample.error_message)
  const isTold = typeof kind === 'string' && shape !== '' && kind.endsWith(shape)
  return whereOf(isTold ? { ...payload, group_by } : payload)
}

/** What stands before the message: nothing in a first alert of one group. */
function beginningOf(payload: Payload): string {
  return `${stateOf(payload)}${groupsOf(payload)}`
}

/** `38 groups of payments: ` where the payload tells of many. */
function groupsOf({ groups, rule }: Payload): string {
  if (groups === undefined) return ''
  return `${counted(groups, 'group')}${rule === 'default' ? '' : ` of ${truncate(oneLine(rule), MAX_NAME_LENGTH)}`}: `
}

function stateOf(payload: Payload): string {
  const test = 'test' in payload && payload.test === true ? '[TEST] ' : ''
  if (payload.type === 'log_error_resolved') return `${test}Resolved after ${span(payload.duration_seconds)}: `
  const degraded = payload.degraded === true ? '[DEGRADED] ' : ''
  if (payload.new_only === true) return `${test}${degraded}${payload.count === 1 ? 'New error: ' : 'New errors: '}`
  return `${test}${degraded}${isRepeated(payload) ? 'Still failing: ' : ''}`
}

/**
 * `12 errors in 60 s`, with their share `12 errors in 60 s, 5 % of 240 requests`, and of a repeat `6th alert since 05:53 UTC`; nothing of a
 * single new kind, which is the error that the title tells.
 */
function amountOf(payload: ThresholdPayload): string {
  const { count, window_seconds, notice, since, sent_at, requests = 0 } = payload
  if (payload.new_only === true && count === 1) return ''
  const share = requests > 0 ? `, ${sharePercent({ count, requests })} % of ${counted(requests, 'request')}` : ''
  const told = `${amount(payload, count)} in ${span(window_seconds)}${share}`
  if (notice === undefined || !isRepeated(payload)) return told
  const begun = isTimestamp(since) ? ` since ${clockText(since, sent_at)}` : ''
  return `${told}, ${ordinal(notice)} alert${begun}`
}

/** What a payload counts: errors, or the kinds of those that are new. */
function amount({ new_only }: Payload, count: number): string {
  return new_only === true ? `${counted(count, 'new kind')} of errors` : errors(count)
}

function errors(count: number): string {
  return counted(count, 'error')
}

type Pair = readonly [name: string, value: unknown, time?: string]

function firingFacts(payload: ThresholdPayload): Pair[] {
  const { first_seen, last_seen, since, suppressed, degraded, threshold, window_seconds, count } = payload
  const { requests = 0, percent } = payload
  const share = percent === undefined ? '' : `, ${percent} % of requests`
  return [
    ...(isRepeated(payload) ? [timePair('Failing since', since)] : []),
    timePair('First seen', first_seen),
    timePair('Last seen', last_seen),
    ['Requests', requests > 0 ? `${grouped(requests)} (${sharePercent({ count, requests })} % errors)` : ''],
    ['Threshold', `${amount(payload, threshold)} in ${span(window_seconds)}${share}`],
    ['Suppressed', suppressed > 0 ? `${errors(suppressed)} since the last alert` : ''],
    ['Degraded', degraded === true ? 'Redis was away: this is what one process alone has seen' : ''],
  ]
}

function resolvedFacts(payload: ResolvedPayload): Pair[] {
  const { duration_seconds, peak, total, window_seconds, alert_id } = payload
  return [
    ['Lasted', span(duration_seconds)],
    ['Peak', `${amount(payload, peak)} in ${span(window_seconds)}`],
    ['Total', amount(payload, total)],
    ['Alert', alert_id],
  ]
}

function placeFacts({ service, rule, group_by = {}, groups, hostname, sample, sample_trace_id }: Payload): Pair[] {
  const ungrouped = (member: string, value: unknown): unknown => (Object.hasOwn(group_by, member) ? '' : value)
  return [
    ['Service', service],
    ['Rule', rule],
    ...(groups === undefined ? Object.entries(group_by) : [['Groups', groups] as const]),
    ['Host', hostname],
    ['Group', ungrouped('group', sample.group)],
    ['Model', ungrouped('model', sample.model)],
    ['Provider', ungrouped('provider_name', sample.provider_name)],
    ['Provider type', ungrouped('provider_type', sample.provider_type)],
    ['Key', ungrouped('key_id', sample.key_id || '')],
    ['Client', ungrouped('client_ip', sample.client_ip)],
    ['Trace', sample_trace_id],
    ...Object.entries(sample.fields ?? {}),
  ]
}

/** A time that somebody has changed in Redis to something else is shown as it is. */
function timePair(name: string, timestamp: string | undefined): Pair {
  if (timestamp === undefined || !isTimestamp(timestamp)) return [name, timestamp]
  return [name, timeText(timestamp), timestamp]
}

function toFact([name, value, time]: Pair): Fact[] {
  if (value === undefined || value === '') return []
  const fact = {
    name: truncate(oneLine(name), MAX_NAME_LENGTH),
    value: truncate(oneLine(value), MAX_VALUE_LENGTH),
    ...(time !== undefined && { time }),
  }
  return fact.name === '' || fact.value === '' ? [] : [fact]
}

function listsOf({ top, samples }: ThresholdPayload): WordList[] {
  const lists = [
    { name: 'Top groups', lines: topOf(top?.group) },
    // Kinds say what the shapes of messages say, and the type.
    { name: 'Top kinds', lines: topOf(top?.kind ?? top?.message) },
    { name: 'Top paths', lines: topOf(top?.path) },
    { name: 'Top status codes', lines: topOf(top?.status) },
    { name: 'Samples', lines: samplesOf(samples) },
  ]
  return lists.filter(({ lines }) => lines.length > 0)
}
