// What several books look up in a journal.
import { type Attempt, type ConfigWrite, type Journal, type RuleView, type RuleViews, seriesName } from '../journal.js'

/** The rules that a life had in force then. */
export function rulesAt(journal: Journal, life: number, atMs: number): RuleViews {
  return journal.adoptions.findLast((one) => one.life === life && one.atMs <= atMs)?.rules ?? {}
}

/** Each form that a rule had in that life between two moments; undefined where it was gone. */
export function formsOf(
  journal: Journal,
  life: number,
  rule: string,
  fromMs: number,
  untilMs: number,
): (RuleView | undefined)[] {
  const later = journal.adoptions.filter((one) => one.life === life && one.atMs > fromMs && one.atMs <= untilMs)
  return [rulesAt(journal, life, fromMs), ...later.map(({ rules }) => rules)].map((rules) => rules[rule])
}

/** Something went on at one of these places between two moments, or had ended less than `marginMs` before. */
export function isDisturbed(
  { disturbances }: Journal,
  places: readonly string[],
  fromMs: number,
  untilMs: number,
  marginMs = 0,
): boolean {
  return disturbances.some(
    (one) => places.includes(one.where) && one.fromMs <= untilMs && one.untilMs + marginMs >= fromMs,
  )
}

/** It ran all the time from then on. */
export function isRunning(journal: Journal, life: number, fromMs: number, untilMs: number): boolean {
  const given = journal.lives[life]
  return given !== undefined && given.startMs <= fromMs && (given.endMs === undefined || given.endMs > untilMs)
}

/** The last valid document by then. */
export function writeAt({ writes }: Journal, atMs: number): ConfigWrite | undefined {
  return writes.findLast((one) => one.isValid && one.atMs <= atMs)
}

export function isDelivered(attempt: Attempt): boolean {
  return attempt.status !== undefined && attempt.status >= 200 && attempt.status < 300
}

/** A receiver that will not have it, whatever time it is given. */
export function isRefused({ status, isHeard }: Attempt): boolean {
  return isHeard && status !== undefined && status >= 300 && status < 500 && ![408, 425, 429].includes(status)
}

export function seriesOf({ rule, group }: { readonly rule: string; readonly group: string }): string {
  return seriesName(rule, group)
}

export function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

/** The longest waits after so many failed attempts, spread included. */
const WAITS_MS = [2_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000] as const
const JITTER = 1.2

export function longestWaitMs(attempts: number): number {
  return JITTER * (WAITS_MS[attempts - 1] ?? WAITS_MS[6])
}
