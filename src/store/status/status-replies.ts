// What the scripts of status-reader.ts answer, as data. Pure.

import * as v from 'valibot'
import type { GroupValues, Series } from '../../rule/series.js'
import type { Silence } from '../../rule/silence.js'
import { defined, isObject, listOf, parseJson } from '../../unknown.js'
import type { ProcessFacts } from '../store.js'
import type { Destination, Known } from './known-series.js'
import { SHOWN_FIELDS } from './status-scripts.js'

/** The parts of a history line that the store wrote; the others are of `accountOf` in alert/account.ts. Times since the epoch. */
export interface EndedNews {
  readonly id: string
  readonly kind: 'alert' | 'resolved'
  readonly rule: string
  readonly group_by?: GroupValues
  readonly count: number
  readonly threshold: number
  /** The window's requests as the alert was raised, where its rule had `percent`. */
  readonly requests?: number
  readonly percent?: number
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

/** A process, as it last told of itself. */
export interface ProcessState extends ProcessFacts {
  readonly heardAtMs: number
}

/** How the last attempt of a rule at a receiver ended, for whichever of its groups. */
export interface LastAnswer {
  readonly atMs: number
  readonly isDelivered: boolean
  readonly outcome: string
}

/** One series as it is now. All times are the server's, since the epoch. */
export interface SeriesStatus {
  readonly series: Series
  /** False where the config document does not name its rule any more. */
  readonly isInForce: boolean
  readonly count: number
  /** Requests in the window, the errors among them; undefined where the rule has no `percent`. */
  readonly requests: number | undefined
  /** Of a sliding window, the oldest first; empty for a tumbling one. */
  readonly slots: readonly number[]
  /** At about that time or soon after; undefined where it was not lately. */
  readonly countedAtMs: number | undefined
  readonly cooldownLeftMs: number
  readonly suppressed: number
  readonly pending: PendingState | undefined
  /** The silence that mutes it, of several the one that ends last, and how many errors were counted in it. */
  readonly silenced: { readonly silence: Silence; readonly count: number } | undefined
  /** Where its alerts go; undefined where no url is known. */
  readonly receiver: (Destination & { readonly lastAnswer: LastAnswer | undefined }) | undefined
  readonly lastAlert: { readonly id: string; readonly deliveredAtMs: number; readonly count: number } | undefined
}

/** What the script said of a series. */
export function readSeriesStatus(
  { series, isInForce, announcedAtMs }: Known,
  { to, silence }: { readonly to: Destination | undefined; readonly silence: Silence | undefined },
  read: unknown,
  nowMs: number,
): SeriesStatus {
  const [count, cooldownLeftMs, countedAtMs, slots, shown, answer, requests] = listOf(read)
  const values = listOf(shown)
  const fields = Object.fromEntries(SHOWN_FIELDS.map((name, at) => [name, String(values[at] ?? '')])) as Fields
  const newestMs = Math.min(nowMs, Math.max(Number(countedAtMs), announcedAtMs ?? 0))
  const [lastId = '', lastCount] = fields.last.split(' ')
  const deliveredAtMs = Number(fields.atMs)
  return {
    series,
    isInForce,
    count: Number(count),
    requests: typeof requests === 'number' ? requests : undefined,
    slots: listOf(slots).map(Number),
    countedAtMs: newestMs > 0 ? newestMs : undefined,
    cooldownLeftMs: Number(cooldownLeftMs),
    suppressed: Number(fields.suppressed),
    pending: fields.id === '' ? undefined : pendingState(fields, nowMs),
    silenced:
      silence === undefined
        ? undefined
        : { silence, count: (fields.silence === silence.id && Number(fields.silenced)) || 0 },
    receiver: to === undefined || to.host === '' ? undefined : { ...to, lastAnswer: readAnswer(String(answer)) },
    lastAlert: lastId === '' ? undefined : { id: lastId, deliveredAtMs, count: Number(lastCount) },
  }
}

function readAnswer(text: string): LastAnswer | undefined {
  const [, atMs, flag, outcome] = /^(\d{1,15}) ([01]) (.*)$/s.exec(text) ?? []
  if (outcome === undefined) return undefined
  return { atMs: Number(atMs), isDelivered: flag === '1', outcome }
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
    attempts: attemptsOf(fields.attempts.split('\n').map(parseJson)),
  }
}

const finite = v.pipe(v.number(), v.finite())
const attemptSchema = v.object({ at: finite, outcome: v.string() })
const noSample = { status_code: 0, error_message: '' }

const endedSchema = v.object({
  id: v.string(),
  kind: v.fallback(v.picklist(['alert', 'resolved']), 'alert'),
  rule: v.string(),
  group_by: v.fallback(v.optional(v.custom<GroupValues>(isObject)), undefined),
  count: finite,
  threshold: finite,
  requests: v.fallback(v.optional(finite), undefined),
  percent: v.fallback(v.optional(finite), undefined),
  window_seconds: finite,
  sample: v.fallback(
    v.object({ status_code: v.fallback(finite, 0), error_message: v.fallback(v.string(), '') }),
    noSample,
  ),
  degraded: v.fallback(v.optional(v.literal(true)), undefined),
  raised: finite,
  ended: finite,
  tries: finite,
  outcome: v.fallback(v.picklist(['delivered', 'abandoned']), 'delivered'),
  attempts: v.pipe(
    v.fallback(v.array(v.unknown()), []),
    v.transform((given) => attemptsOf(given)),
  ),
})

/** A line of the history; undefined where another hand has changed it beyond use. */
export function readEnded(line: string): EndedNews | undefined {
  const { success, output } = v.safeParse(endedSchema, parseJson(line))
  return success ? defined(output) : undefined
}

const processSchema = v.object({
  service: v.fallback(v.string(), ''),
  hostname: v.fallback(v.string(), ''),
  pid: finite,
  version: v.fallback(v.string(), ''),
  logger: v.fallback(v.picklist(['pino', 'winston', 'watch', 'evaluator']), 'evaluator'),
  linesPerMinute: v.fallback(finite, 0),
  config: v.fallback(v.picklist(['options', 'document', 'last_good']), 'options'),
})

/** What a process told, as the script keeps it; undefined where another hand has changed it beyond use. */
export function readProcess(text: string): ProcessState | undefined {
  const [, atMs, facts = ''] = /^(\d{1,15}) (.*)$/s.exec(text) ?? []
  const { success, output } = v.safeParse(processSchema, parseJson(facts))
  return success ? { ...output, heardAtMs: Number(atMs) } : undefined
}

function attemptsOf(given: readonly unknown[]): EndedAttempt[] {
  return given.filter((one) => v.is(attemptSchema, one)).map(({ at, outcome }) => ({ at, outcome }))
}

/** Of a flat list, what belongs together. */
export function pairsOf(reply: unknown): (readonly [string, string])[] {
  const list = listOf(reply).map(String)
  return list.flatMap((first, at) => (at % 2 === 0 ? [[first, list[at + 1] ?? ''] as const] : []))
}
