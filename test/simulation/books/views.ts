// Look-ups in a journal that several books need.
import {
  type Attempt,
  type ConfigWrite,
  type Journal,
  type RuleView,
  type RuleViews,
  type SilenceSeen,
  seriesName,
} from '../journal.js'

/** The rules that a life had in force then. */
export function rulesAt(journal: Journal, life: number, atMs: number): RuleViews {
  return journal.adoptions.findLast((one) => one.life === life && one.atMs <= atMs)?.rules ?? {}
}

/** All forms that a rule had in a life between two moments; undefined for a time in which the life did not have it. */
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

/** Whether a disturbance went on at one of these places between two moments, or had ended less than `marginMs` before. */
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

/** Whether a life ran from one moment to another without a break. */
export function isRunning(journal: Journal, life: number, fromMs: number, untilMs: number): boolean {
  const given = journal.lives[life]
  return given !== undefined && given.startMs <= fromMs && (given.endMs === undefined || given.endMs > untilMs)
}

/** The last valid document that was written by then. */
export function writeAt({ writes }: Journal, atMs: number): ConfigWrite | undefined {
  return writes.findLast((one) => one.isValid && one.atMs <= atMs)
}

export function isDelivered(attempt: Pick<Attempt, 'status'>): boolean {
  return attempt.status !== undefined && attempt.status >= 200 && attempt.status < 300
}

/** Whether the sender heard that the receiver refuses the notice for good: a redirect or a client error. */
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

/** The wait after the first failed attempt, the second, and so on, before jitter. */
const WAITS_MS = [2_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000] as const
/** Jitter makes a wait longer by this factor at most. */
const JITTER = 1.2

/** The longest wait after `attempts` failed attempts. */
export function longestWaitMs(attempts: number): number {
  return JITTER * (WAITS_MS[attempts - 1] ?? WAITS_MS[6])
}

/** What the server's clock shows at a moment. */
function serverMs({ steps }: Journal, atMs: number): number {
  return steps.reduce((sum, step) => (step.atMs <= atMs ? sum + step.byMs : sum), atMs)
}

/**
 * When a silence ends, in the time of the journal. Where the server's clock steps back it may last longer: a later end is left open, since
 * whoever writes another silence takes away what is over.
 */
export function silenceEndMs(journal: Journal, { atMs, untilServerMs, endedMs }: SilenceSeen): number {
  const { steps } = journal
  let endMs = Number.POSITIVE_INFINITY
  for (const fromMs of [atMs, ...steps.filter((step) => step.atMs > atMs).map((step) => step.atMs)]) {
    if (fromMs >= endMs) break
    endMs = Math.max(fromMs, fromMs + untilServerMs - serverMs(journal, fromMs))
  }
  return Math.min(endMs, endedMs ?? endMs)
}

/** The silences that mute a series. */
export function silencesOf(
  { silences }: Journal,
  { rule, group }: { readonly rule: string; readonly group: string },
): readonly SilenceSeen[] {
  return silences.filter(
    (one) => (one.rule === undefined || one.rule === rule) && (one.group === undefined || one.group === group),
  )
}

/** How often a life has heard of something that Redis counted, between two moments. */
export function answersOf({ fleets }: Journal, life: number, fromMs: number, untilMs: number): number {
  return fleets.filter((one) => one.life === life && one.atMs > fromMs && one.atMs <= untilMs).length
}
