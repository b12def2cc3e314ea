// A silence mutes a rule, one group of it, or all rules until a time. How its text in Redis is read, and which series it mutes. Pure.
import { isObject, parseJson } from '../unknown.js'
import type { GroupValues } from './series.js'

/** It mutes all rules where it names none, and all groups of its rule where it has none. */
export interface Silence {
  readonly id: string
  /** When it ends, in ms since the epoch by the server's clock, as all times here. */
  readonly untilMs: number
  readonly createdAtMs: number
  readonly rule?: string
  /** A value under each name of the rule's `groupBy`; record fields have their JSON names. */
  readonly group?: GroupValues
  /** Why. */
  readonly reason?: string
  /** Who. */
  readonly by?: string
}

/** What of a series decides which silences meet it. */
export interface Silenceable {
  readonly rule: string
  readonly groupBy: readonly string[]
  /** Undefined where the rule has no groups, or the values are not known. */
  readonly groupValues: GroupValues | undefined
}

/** At most this many silences at a time: each process knows them all, and every decision looks at them. */
export const MAX_SILENCES = 100

/** The ids of silences: eight characters, easily typed. */
const ID = /^[a-z0-9]{8}$/

/** A silence of its text in Redis; undefined where the text is none, since anybody may write there. */
export function readSilence(text: string): Silence | undefined {
  const read = parseJson(text)
  if (!isObject(read)) return undefined
  const { id, until, createdAt, rule, group, reason, by } = read
  if (typeof id !== 'string' || !ID.test(id) || !isTime(until) || !isTime(createdAt)) return undefined
  // What is not understood of whom it mutes must not make it mute more.
  if (rule !== undefined && (typeof rule !== 'string' || rule === '')) return undefined
  if (group !== undefined && (rule === undefined || !isGroup(group))) return undefined
  return {
    id,
    untilMs: until,
    createdAtMs: createdAt,
    ...(rule !== undefined && { rule }),
    ...(group !== undefined && { group }),
    ...(typeof reason === 'string' && { reason }),
    ...(typeof by === 'string' && { by }),
  }
}

/** The silence that ends last of those that mute this series, be it over or not; undefined where none does. */
export function silenceOf(series: Silenceable, silences: readonly Silence[]): Silence | undefined {
  let last: Silence | undefined
  for (const silence of silences)
    if ((last === undefined || silence.untilMs > last.untilMs) && meets(series, silence)) last = silence
  return last
}

function meets({ rule, groupBy, groupValues }: Silenceable, silence: Silence): boolean {
  if (silence.rule === undefined) return true
  if (silence.rule !== rule) return false
  const { group } = silence
  if (group === undefined) return true
  const names = Object.keys(group)
  if (names.length !== groupBy.length || !groupBy.every((name) => Object.hasOwn(group, name))) return false
  // Where another process has counted a group, this one knows only its key. It rather waits than alerts in a silence.
  return groupValues === undefined || names.every((name) => textOf(group[name]) === textOf(groupValues[name]))
}

/** Operators type values, so a number and its digits are the same, and so are what a line lacks and a blank. */
function textOf(value: GroupValues[string] | undefined): string {
  return String(value ?? '')
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isGroup(value: unknown): value is GroupValues {
  if (!isObject(value)) return false
  const values = Object.values(value)
  return values.length > 0 && values.every((one) => one === null || /^(string|number|boolean)$/.test(typeof one))
}
