// What the scripts of status-reader.ts answer, as data. Pure.

import type { GroupValues, Series } from '../../rule/series.js'
import type { Known } from './known-series.js'
import { SHOWN_FIELDS } from './status-scripts.js'

/** The parts of a history line that the store wrote; the others are of `accountOf` in alert/account.ts. Times since the epoch. */
export interface EndedNews {
  readonly id: string
  readonly kind: 'alert' | 'resolved'
  readonly rule: string
  readonly group_by?: GroupValues
  readonly count: number
  readonly threshold: number
  readonly window_seconds: number
  readonly sample: { readonly status_code: number; readonly error_message: string }
  readonly degraded?: true
  readonly raised: number
  readonly ended: number
  readonly tries: number
  readonly outcome: 'delivered' | 'abandoned'
  readonly attempts: readonly EndedAttempt[]
}

export interface EndedAttempt {
  readonly at: number
  readonly outcome: string
}

/** What waits to be told, or is being told. */
export interface PendingState {
  readonly id: string
  readonly kind: 'alert' | 'resolved'
  readonly count: number
  readonly raisedAtMs: number
  readonly tries: number
  readonly state: 'sending' | 'waiting' | 'parked'
  /** Undefined while it is being sent. */
  readonly nextAttemptAtMs: number | undefined
  readonly attempts: readonly EndedAttempt[]
}

/** One series as it is now. All times are the server's, since the epoch. */
export interface SeriesStatus {
  readonly series: Series
  /** False where the config document does not name its rule any more. */
  readonly isInForce: boolean
  readonly count: number
  /** Of a sliding window, the oldest first; empty for a tumbling one. */
  readonly slots: readonly number[]
  /** At about that time or soon after; undefined where it was not lately. */
  readonly countedAtMs: number | undefined
  readonly cooldownLeftMs: number
  readonly suppressed: number
  readonly pending: PendingState | undefined
  readonly lastAlert: { readonly id: string; readonly deliveredAtMs: number; readonly count: number } | undefined
}

/** What the script said of a series. */
export function readSeriesStatus(
  { series, isInForce, announcedAtMs }: Known,
  read: unknown,
  nowMs: number,
): SeriesStatus {
  const [count, cooldownLeftMs, countedAtMs, slots, shown] = listOf(read)
  const values = listOf(shown)
  const fields = Object.fromEntries(SHOWN_FIELDS.map((name, at) => [name, String(values[at] ?? '')])) as Fields
  const newestMs = Math.min(nowMs, Math.max(Number(countedAtMs), announcedAtMs ?? 0))
  const [lastId = '', lastCount] = fields.last.split(' ')
  const deliveredAtMs = Number(fields.atMs)
  return {
    series,
    isInForce,
    count: Number(count),
    slots: listOf(slots).map(Number),
    countedAtMs: newestMs > 0 ? newestMs : undefined,
    cooldownLeftMs: Number(cooldownLeftMs),
    suppressed: Number(fields.suppressed),
    pending: fields.id === '' ? undefined : pendingState(fields, nowMs),
    lastAlert: lastId === '' ? undefined : { id: lastId, deliveredAtMs, count: Number(lastCount) },
  }
}

type Fields = Readonly<Record<(typeof SHOWN_FIELDS)[number], string>>

function pendingState(fields: Fields, nowMs: number): PendingState {
  const [untilMs, raisedAtMs] = [Number(fields.untilMs), Number(fields.raisedAtMs)]
  const isLeased = fields.holder !== '' && untilMs > nowMs
  const isParked = fields.parkedUnder !== ''
  return {
    id: fields.id,
    kind: fields.kind === 'resolved' ? 'resolved' : 'alert',
    count: Number(fields.count),
    raisedAtMs,
    tries: Number(fields.tries),
    state: isLeased ? 'sending' : isParked ? 'parked' : 'waiting',
    nextAttemptAtMs: isLeased ? undefined : untilMs,
    attempts: fields.attempts.split('\n').flatMap((line) => readAttempts([parsed(line)])),
  }
}

/** A line of the history; undefined where another hand has changed it beyond use. */
export function readEnded(line: string): EndedNews | undefined {
  const given = parsed(line) as { readonly [member in keyof EndedNews]?: unknown } | undefined
  if (given === undefined) return undefined
  const { id, kind, rule, group_by, outcome, sample, attempts, degraded } = given
  const { status_code, error_message } = (isObject(sample) ? sample : {}) as Partial<Record<string, unknown>>
  const numbers = [given.count, given.threshold, given.window_seconds, given.raised, given.ended, given.tries]
  const [count = 0, threshold = 0, window_seconds = 0, raised = 0, ended = 0, tries = 0] = numbers.filter(isNumber)
  if (typeof id !== 'string' || typeof rule !== 'string' || !numbers.every(isNumber)) return undefined
  return {
    id,
    kind: kind === 'resolved' ? 'resolved' : 'alert',
    rule,
    ...(isObject(group_by) && { group_by: group_by as GroupValues }),
    count,
    threshold,
    window_seconds,
    sample: {
      status_code: isNumber(status_code) ? status_code : 0,
      error_message: typeof error_message === 'string' ? error_message : '',
    },
    ...(degraded === true && { degraded }),
    raised,
    ended,
    tries,
    outcome: outcome === 'abandoned' ? 'abandoned' : 'delivered',
    attempts: Array.isArray(attempts) ? readAttempts(attempts) : [],
  }
}

function readAttempts(given: readonly unknown[]): EndedAttempt[] {
  return given.filter(isObject).flatMap((attempt) => {
    const { at, outcome } = attempt as Partial<Record<keyof EndedAttempt, unknown>>
    return isNumber(at) && typeof outcome === 'string' ? [{ at, outcome }] : []
  })
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

function isNumber(input: unknown): input is number {
  return Number.isFinite(input)
}

export function listOf(reply: unknown): unknown[] {
  return Array.isArray(reply) ? reply : []
}

/** Of a flat list, what belongs together. */
export function pairsOf(reply: unknown): (readonly [string, string])[] {
  const list = listOf(reply).map(String)
  return list.flatMap((first, at) => (at % 2 === 0 ? [[first, list[at + 1] ?? ''] as const] : []))
}
