// How a batch is laid out: the one table of its keys, arguments and answer. TypeScript fills them in from it, the Lua that names them is
// made of it, and the fleet's benchmark reads it.

type Kind = 'text' | 'number' | 'flag'
type Layout = Readonly<Record<string, Kind>>

/** A value for each name of a layout. */
export type Values<L extends Layout> = {
  readonly [name in keyof L]: L[name] extends 'flag' ? boolean : L[name] extends 'number' ? number : string | number
}

/** Keys before those of rules and entries. */
export const HEAD_KEYS = [
  /** The config (string). */
  'config',
  /** The last sequence applied of this client (string). */
  'sequence',
  /** What processes tell each other (hash, see lua/fleet.ts). */
  'fleet',
  /** Announcements of series that are counted, by when they were made (sorted set). */
  'series',
  /** Notices that are over with, the newest first (list of JSON). */
  'history',
  /** Counters of all processes together (hash). */
  'totals',
  /** Cooldown of the default rule without groups, which is the original's too (string: unix seconds of the last delivery, or of a claim). */
  'cooldown',
] as const

export const HEAD = {
  /** The config that this client knows: sha1 of its text, 'missing', 'unreadable', or '' for none yet. */
  known: 'text',
  client: 'text',
  /** A number, which grows with each batch of this client. */
  sequence: 'text',
  /** When this was sent, in milliseconds by the server's clock; '' where this client does not know that clock. */
  sentMs: 'text',
  /** The era of that clock, see lua/fleet.ts; '' where this client knows of none. */
  era: 'text',
  /** What this process did since it last told (JSON: by how much each counter grew), or ''. */
  growth: 'text',
  /** How long the sequence is kept, and what the fleet has in common (ms). */
  sequenceTtlMs: 'text',
  fleetTtlMs: 'text',
  ruleCount: 'number',
  entryCount: 'number',
} as const

/** Keys of each rule: alerts of it that wait for its destination, and ends that are owed to that, by when somebody should look (sorted sets). */
export const RULE_KEYS = ['due', 'ends'] as const

/** Of each rule. */
export const RULE = {
  rule: 'text',
  windowType: 'text',
  windowMs: 'number',
  threshold: 'number',
  cooldownMs: 'number',
  /** 0 where the cooldown always is the same. */
  cooldownMaxMs: 'number',
  sendResolved: 'flag',
  /** 'due': the reply names what is due; 'open': all that is open; '': nothing. */
  asks: 'text',
} as const

/**
 * Of each entry. Its keys: the ring (hash), or the earlier and the later tumbling window (strings); where it is judged, what is known of
 * the last delivery (hash) and of its destination's alert (hash, see lua/alert-state.ts); where it has a former rule, that one's alert.
 */
export const ENTRY = {
  /** Which of the rules, from 1. */
  row: 'number',
  isJudged: 'flag',
  countCount: 'number',
} as const

/** Of each count. */
export const COUNT = {
  /** Age in milliseconds for a ring; 1 or 2, which of the two keys, for a tumbling window. */
  at: 'number',
  count: 'number',
} as const

/** Of each entry that is judged, after its counts. */
export const JUDGED = {
  series: 'text',
  /** Which of the rules it was, from 1; the entry's own where the rule has ended; 0 for none. */
  former: 'number',
  /** How long ago the config moved or ended that one. */
  formerAgeMs: 'number',
  isForced: 'flag',
  /** JSON: id, facts, count, tries, draft, ageMs, isNew; or ''. */
  handover: 'text',
  /** How long ago the last delivery was that this process knows of, and its stamp, see TALLY; '' and '' where it knows of none. */
  knownAgeMs: 'text',
  knownStamp: 'text',
  /** The alert of that delivery, where only this process knows of it (JSON: id, count, tries, draft, raisedAgeMs, account), or ''. */
  knownAlert: 'text',
  draft: 'text',
  /** JSON, see announcements.ts, or ''. */
  announcement: 'text',
} as const

/** Of each entry in the reply; an entry that was only counted ends after `dropped`, one without a claim before `id`. */
export const TALLY = {
  total: 'number',
  dropped: 'number',
  quietMs: 'number',
  isOpen: 'flag',
  isMixed: 'flag',
  /** '<ms since the epoch> <step>' of the delivery whose cooldown runs, or ''. */
  stamp: 'text',
  id: 'text',
  /** 'firing <suppressed> <first seen ms> <last seen ms>' or 'resolved <alert id> <duration ms> <peak> <total>'. */
  facts: 'text',
  count: 'number',
  tries: 'number',
  draft: 'text',
  ageMs: 'number',
  isNew: 'flag',
} as const

/** The arguments of one row, in the layout's order. */
export function argsOf<L extends Layout>(layout: L, values: Values<L>): (string | number)[] {
  return Object.keys(layout).map((name) => {
    const value = values[name as keyof L] as string | number | boolean
    return typeof value === 'boolean' ? Number(value) : value
  })
}

/** One row of a reply by name; what it ends before is blank, 0 or false. */
export function rowOf<L extends Layout>(layout: L, row: unknown): Values<L> {
  const list: unknown[] = Array.isArray(row) ? row : []
  const entries = Object.entries(layout).map(([name, kind], index) => {
    const value = list[index]
    if (kind === 'text') return [name, String(value ?? '')]
    return [name, kind === 'flag' ? Number(value) === 1 : Number(value ?? 0)]
  })
  return Object.fromEntries(entries) as Values<L>
}

const TAKES: Record<Kind, string> = { text: 'nextArg()', number: 'tonumber(nextArg())', flag: "nextArg() == '1'" }

/** The Lua of a table that takes a row off the arguments, by `nextArg()`. */
export function luaRow(layout: Layout): string {
  const members = Object.entries(layout).map(([name, kind]) => `${name} = ${TAKES[kind]}`)
  return `{ ${members.join(', ')} }`
}

/**
 * The Lua of a table that takes a row off the arguments and leaves its numbers as texts. To make a number costs more than to take
 * an argument, so `luaNumbers` does it only for rows that are needed.
 */
export function luaTexts(layout: Layout): string {
  return luaRow(
    Object.fromEntries(Object.entries(layout).map(([name, kind]) => [name, kind === 'number' ? 'text' : kind])),
  )
}

/** Lua that makes numbers of the members that `luaTexts` has left as texts. */
export function luaNumbers(layout: Layout, table: string): string {
  return Object.entries(layout)
    .filter(([, kind]) => kind === 'number')
    .map(([name]) => `${table}.${name} = tonumber(${table}.${name})`)
    .join('\n')
}

/** Lua that takes a row off the arguments into the members of a table that there is. */
export function luaTakes(layout: Layout, table: string): string {
  return Object.entries(layout)
    .map(([name, kind]) => `${table}.${name} = ${TAKES[kind]}`)
    .join('\n')
}

/** Lua that puts the members of a table into a list, from one name of a layout to another. */
export function luaPuts(layout: Layout, table: string, list: string, from: string, to: string): string {
  const names = Object.keys(layout)
  return Object.entries(layout)
    .slice(names.indexOf(from), names.indexOf(to) + 1)
    .map(
      ([name, kind]) =>
        `${list}[#${list} + 1] = ${kind === 'flag' ? `${table}.${name} and 1 or 0` : `${table}.${name}`}`,
    )
    .join('\n')
}
