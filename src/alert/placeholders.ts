// What the placeholders of links and templates stand for; config/checks/placeholders.ts reads their syntax. All but the kind is taken from a
// payload, and what is not known is blank, or of a number 0.
import type { Placeholder, PlaceholderName } from '../config/checks/placeholders.js'
import { isTimestamp, oneLine, toTimestamp, truncate } from '../text.js'
import type { Payload } from './payload.js'
import { groupWords } from './word-parts.js'
import { toWords, type Words } from './words.js'

/** What stands in place of a placeholder. Texts are of one line each but for `{text}`, and well-formed. */
export type Value = string | number

/** Gives what stands in place of a placeholder. */
export type Values = (placeholder: Placeholder) => Value

/** UTF-16 units of `{text}`. */
const MAX_TEXT_LENGTH = 2000

/** `kind` is that of the sample's error, which no payload has beside its samples, as `Draft.sample_kind`. */
export function valuesOf(payload: Payload, kind: string = ''): Values {
  const { sample, group_by = {}, service = '', hostname = '' } = payload
  const words = toWords(payload)
  const { fromMs, toMs } = spanOf(payload)
  const values: Readonly<Record<PlaceholderName, Value>> = {
    rule: payload.rule,
    group: groupWords(group_by),
    service: oneLine(service),
    hostname: oneLine(hostname),
    count: payload.count,
    threshold: payload.threshold,
    windowSeconds: payload.window_seconds,
    status: sample.status_code,
    message: oneLine(sample.error_message),
    kind: oneLine(kind),
    traceId: oneLine(payload.sample_trace_id ?? ''),
    id: payload.id,
    state: stateOf(payload),
    title: words.title,
    text: textOf(words),
    from: toTimestamp(fromMs),
    to: toTimestamp(toMs),
    fromMs,
    toMs,
  }
  return ({ placeholder, field }) => (field === undefined ? values[placeholder] : groupValue(group_by, field))
}

function stateOf(payload: Payload): 'firing' | 'resolved' | 'test' {
  if (payload.type === 'log_error_resolved') return 'resolved'
  return payload.test === true ? 'test' : 'firing'
}

/** All that a chat would show below the title: a line for each fact, for each link and in each list. */
function textOf({ message, facts, links, lists }: Words): string {
  const lines = [
    ...(message === '' ? [] : [message]),
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    ...links.map(({ name, url }) => `${name}: ${url}`),
    ...lists.flatMap(({ name, lines }) => [`${name}:`, ...lines]),
  ]
  return truncate(lines.join('\n'), MAX_TEXT_LENGTH)
}

/** A value of the group, by the path that the rule groups by; where its lines have none it is blank. */
function groupValue(group_by: Readonly<Record<string, unknown>>, path: string): Value {
  const value = Object.hasOwn(group_by, path) ? group_by[path] : undefined
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return value === undefined || value === null ? '' : oneLine(value)
}

/**
 * When the window began and ended, or from when the first alert was raised until the end was; whole seconds, in ms since the epoch. Who looks
 * there for the errors finds all of them.
 */
function spanOf(payload: Payload): { readonly fromMs: number; readonly toMs: number } {
  const toMs = Math.ceil(raisedAtMs(payload) / 1000) * 1000
  return { fromMs: Math.max(0, Math.min(toMs, fromMsOf(payload, toMs))), toMs }
}

function fromMsOf(payload: Payload, toMs: number): number {
  const windowMs = 1000 * payload.window_seconds
  if (payload.type === 'log_error_threshold') {
    const { first_seen } = payload
    return Math.min(toMs - windowMs, isTimestamp(first_seen) ? Date.parse(first_seen) : toMs)
  }
  // The end comes a quiet window after the errors have stopped.
  const { since, duration_seconds } = payload
  return isTimestamp(since) ? Date.parse(since) : toMs - windowMs - 1000 * duration_seconds
}

/**
 * When a notice was raised, in ms since the epoch: its id begins with that, whichever store made it, and so it is the same in all attempts.
 * One that somebody has given another id counts as raised when it is sent.
 */
export function raisedAtMs({ id, sent_at }: Pick<Payload, 'id' | 'sent_at'>): number {
  const [, ms] = /^(\d{1,15})-/.exec(id) ?? []
  return ms === undefined ? Date.parse(sent_at) : Number(ms)
}
