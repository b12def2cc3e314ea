// The times and lists of a payload in words.
import { oneLine, truncate } from '../text.js'
import { isObject, listOf } from '../unknown.js'

/** At most this many lines are made of a list. */
const MAX_LINES = 5
/** UTF-16 units of one line. */
const MAX_LINE_LENGTH = 300

/** A time of a payload as people read it: `2026-11-23 18:15:29 UTC`. */
export function timeText(timestamp: string): string {
  return timestamp.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC')
}

/** A time of a payload in few characters, as seen at another one: `05:53 UTC`, and with its date where that is another day. */
export function clockText(timestamp: string, now: string): string {
  const [, date, clock] = /^(.{10})T(.{5})/.exec(timestamp) ?? []
  return now.startsWith(`${date}T`) ? `${clock} UTC` : `${date} ${clock} UTC`
}

/** The place of something in a row: `1st`, `2nd`, `3rd`, `4th`, `11th`. */
export function ordinal(count: number): string {
  const ending = Math.floor(count / 10) % 10 === 1 ? undefined : ['th', 'st', 'nd', 'rd'][count % 10]
  return `${count}${ending ?? 'th'}`
}

/** Values of a group, as words name it: `model=a, region=eu`; blank where there are none. */
export function groupWords(group_by: Readonly<Record<string, unknown>>): string {
  return Object.entries(group_by)
    .map(([name, value]) => oneLine(`${name}=${oneLine(value)}`))
    .join(', ')
}

/** A line such as `12 × db timeout` for each value. A value that somebody has changed in Redis to something else is left out. */
export function topOf(values: unknown): readonly string[] {
  return objectsOf(values).flatMap(({ value, count }) => line(count, value))
}

/** A line such as `12 × 503 db timeout (gpt-5, openai, 203.0.113.9)` for each sample: status and message, and what else is known. */
export function samplesOf(samples: unknown): readonly string[] {
  return objectsOf(samples).flatMap(({ count, status_code, error_message, model, provider_name, client_ip }) => {
    const main = [status_code === 0 ? '' : status_code, error_message].filter(isPresent).map(oneLine).join(' ')
    const more = [model, provider_name, client_ip].filter(isPresent).map(oneLine).join(', ')
    return line(count, more === '' ? main : `${main} (${more})`)
  })
}

function line(count: unknown, value: unknown): string[] {
  const text = isPresent(value) ? oneLine(value) : ''
  return text === '' ? [] : [truncate(typeof count === 'number' ? `${count} × ${text}` : text, MAX_LINE_LENGTH)]
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function objectsOf(input: unknown): readonly Readonly<Record<string, unknown>>[] {
  return listOf(input).filter(isObject).slice(0, MAX_LINES)
}
