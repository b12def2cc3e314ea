// The layout of a batch: the one table of its keys, its arguments and its reply. redis-store.ts fills them in from it, the Lua that reads
// them is generated from it, and the benchmark of a fleet uses it too.

/** How a value travels: a `number` as its digits, a `flag` as 1 or 0. */
type Kind = 'text' | 'number' | 'flag'
type Layout = Readonly<Record<string, Kind>>

/** A value for each name of a layout. */
export type Values<L extends Layout> = {
  readonly [name in keyof L]: L[name] extends 'flag' ? boolean : L[name] extends 'number' ? number : string | number
}

/** The keys of a batch that come before those of its rules and entries. */
export const HEAD_KEYS = [
  /** The config (string). */
  'config',
  /** The silences of operators, and the version of them all (hash, see store/config/silence-scripts.ts). */
  'silences',
  /** The last sequence of this client that was counted (string). */
  'sequence',
  /** What all processes of the fleet agree on (hash, see lua/fleet.ts). */
  'fleet',
  /** Announcements of the series that are counted, by when they were made (sorted set). */
  'series',
  /** Notices that were delivered or given up, the newest first (list of JSON). */
  'history',
  /** Sums of the counters of all processes (hash). */
  'totals',
  /** What each process last told of itself, by its client's id (hash). */
  'processes',
  /** Cooldown of the default rule without groups, shared with the original service (string: unix seconds of the last delivery or claim). */
  'cooldown',
] as const

/** The arguments of a batch that come before those of its rules and entries. */
export const HEAD = {
  /** The config that this client knows: sha1 of its text, 'missing', 'unreadable', or '' for none yet. */
  known: 'text',
  /** The version of the silences that this client knows: a text, 'missing' where there are none, or '' for none yet. */
  knownSilences: 'text',
  /** The client's id. */
  client: 'text',
  /** The number of this batch among those of this client; it grows with each. */
  sequence: 'text',
  /** When the batch was sent, in milliseconds by the server's clock; '' where this client does not know that clock. */
  sentMs: 'text',
  /** The era of the server's clock, see lua/fleet.ts; '' where this client knows of none. */
  era: 'text',
  /** The id of the fleet as this client knows it; else one that it would give it. */
  fleetId: 'text',
  /** Whether Redis was out of reach of this process just now. */
  isReturning: 'flag',
  /** By how much each counter of this process grew since the store last took them (JSON), or ''. */
  growth: 'text',
  /** What this process tells of itself (JSON, see lua/overview.ts); '-' where it takes that out, '' where it tells nothing now. */
  process: 'text',
  /** Announcements of whole rules (JSON list of texts, see announcements.ts), or ''. */
  announced: 'text',
  /** How long the sequence is kept (ms). */
  sequenceTtlMs: 'text',
  /** How long the hash of the fleet is kept (ms). */
  fleetTtlMs: 'text',
  /** How long announcements of series are kept (ms). */
  seriesTtlMs: 'text',
  ruleCount: 'number',
  entryCount: 'number',
} as const

/** The keys of each rule. Both are sorted sets of series ids by due time: series with a pending alert, and with an end to come. */
export const RULE_KEYS = ['due', 'ends'] as const

/**
 * The further keys of each rule with groups: the hashes of the last delivery and the alert of its series `(many)`, and when alerts of its groups
 * began within the last minute (sorted set of their ids), see lua/many.ts.
 */
export const STORM_KEYS = ['manyDelivery', 'manyAlert', 'begun'] as const

/** The arguments of each rule. */
export const RULE = {
  rule: 'text',
  windowType: 'text',
  windowMs: 'number',
  threshold: 'number',
  /** The share of the requests that must be errors too; 0 where the rule counts no requests. */
  percent: 'number',
  cooldownMs: 'number',
  /** The longest cooldown that doubling may reach; 0 where the cooldown never changes. */
  cooldownMaxMs: 'number',
  sendResolved: 'flag',
  /** For how long a kind that was met is not new; 0 where the rule counts errors of any kind. */
  newAfterMs: 'number',
  /** For how long the rule only learns at first. */
  learnMs: 'number',
  /** How long a claim lasts. */
  leaseMs: 'number',
  /** Names its url, see destination-id.ts. */
  destination: 'text',
  /** Alerts of its groups that may begin in a minute; 0 where it has no groups. */
  maxAlertsPerMinute: 'number',
  /** Which of the rule's series the reply names: 'due' those that are due, 'open' all that have something open, '' none. */
  asks: 'text',
} as const

/**
 * The arguments of each entry. Its keys: the ring (hash), or the earlier and the later tumbling window (strings); where its rule counts only
 * what is new, the kinds that it knows (sorted set, see lua/kinds.ts); where it has percent, see `OTHERS`; where it is judged, the
 * hashes of the series' last delivery and of its alert for this destination, see lua/alert-state.ts; where it has a former rule with
 * another destination, the hash of the alert for that.
 */
export const ENTRY = {
  /** The number of its rule among the batch's rules, from 1. */
  row: 'number',
  isJudged: 'flag',
  countCount: 'number',
} as const

/** The arguments of each count of an entry. */
export const COUNT = {
  /** For a ring the age in milliseconds; for tumbling windows which of the two keys, 1 or 2. */
  at: 'number',
  count: 'number',
} as const

/** The arguments of each count of an entry whose rule counts only what is new. */
export const KIND_COUNT = {
  at: 'number',
  count: 'number',
  /** The digest of its kind; '' where the kind is not known. */
  kind: 'text',
} as const

/**
 * The further arguments of each entry whose rule has `percent`, after its counts; behind them stand as many more rows of `COUNT`. Its further key
 * is the ring of those requests (hash).
 */
export const OTHERS = {
  /** How many counts of other requests follow. */
  otherCount: 'number',
} as const

/** The further arguments of each entry that is judged, after all counts. */
export const JUDGED = {
  series: 'text',
  /** The key of its group, and its values in words; '' where the rule has no groups. */
  group: 'text',
  /** The number of its former rule, from 1; the entry's own where the rule has ended; 0 where there is none. */
  former: 'number',
  /** How long ago the config moved or ended the former rule (ms). */
  formerAgeMs: 'number',
  isForced: 'flag',
  /** The silence that mutes the series, be it over or not: '<ms of its end> <ms since when> <id>', or ''. */
  silence: 'text',
  /** The silence that mutes the series `(many)` of its rule, written as `silence` is, or ''. */
  manySilence: 'text',
  /** An alert to hand over (JSON: id, facts, count, tries, draft, ageMs, isNew), or ''. */
  handover: 'text',
  /** How long ago the last delivery was that this process knows of (ms); '' where it knows of none. */
  knownAgeMs: 'text',
  /** The stamp of that delivery, see TALLY; '' where this process does not know it. */
  knownStamp: 'text',
  /** The alert of that delivery where only this process knows of it (JSON: id, facts, count, tries, draft, raisedAgeMs, account), or ''. */
  knownAlert: 'text',
  draft: 'text',
  /** An announcement of the series (JSON, see announcements.ts), or ''. */
  announcement: 'text',
} as const

/** The reply to each entry. It ends after `isMixed` where the entry was only counted, and after `stamp` where there is no claim. */
export const TALLY = {
  total: 'number',
  dropped: 'number',
  isMixed: 'flag',
  quietMs: 'number',
  isOpen: 'flag',
  /** '<ms since the epoch> <step> <notice> <ms since the epoch of the first notice>' of the delivery whose cooldown runs, or ''. */
  stamp: 'text',
  id: 'text',
  /** The revision under which it is claimed, see lua/fleet.ts. */
  revision: 'text',
  /** 'firing <suppressed> <first seen ms> <last seen ms> <notice> <since ms>', with percent ' <requests>' behind it, or 'resolved <alert id> <duration ms> <peak> <total> <since ms>'. */
  facts: 'text',
  count: 'number',
  tries: 'number',
  draft: 'text',
  ageMs: 'number',
  isNew: 'flag',
  /** Whether the claim is of the rule's series `(many)`, and not of the entry's own. */
  isOfMany: 'flag',
} as const

/** The arguments of one row, in the layout's order. */
export function argsOf<L extends Layout>(layout: L, values: Values<L>): (string | number)[] {
  return Object.keys(layout).map((name) => {
    const value = values[name as keyof L] as string | number | boolean
    return typeof value === 'boolean' ? Number(value) : value
  })
}

/** The values of one row of a reply, by name; those that the row lacks at its end are blank, 0 or false. */
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

/** Lua of a table whose members are the next row of arguments; `nextArg()` gives each. */
export function luaRow(layout: Layout): string {
  const members = Object.entries(layout).map(([name, kind]) => `${name} = ${TAKES[kind]}`)
  return `{ ${members.join(', ')} }`
}

/**
 * Lua of a table whose members are the next row of arguments, its numbers still as texts. To convert a number costs more than to
 * take an argument, so `luaNumbers` does it only for rows that are needed.
 */
export function luaTexts(layout: Layout): string {
  return luaRow(
    Object.fromEntries(Object.entries(layout).map(([name, kind]) => [name, kind === 'number' ? 'text' : kind])),
  )
}

/** Lua that converts the members that `luaTexts` has left as texts to numbers. */
export function luaNumbers(layout: Layout, table: string): string {
  return Object.entries(layout)
    .filter(([, kind]) => kind === 'number')
    .map(([name]) => `${table}.${name} = tonumber(${table}.${name})`)
    .join('\n')
}

/** Lua that sets members of an existing table to the next row of arguments. */
export function luaTakes(layout: Layout, table: string): string {
  return Object.entries(layout)
    .map(([name, kind]) => `${table}.${name} = ${TAKES[kind]}`)
    .join('\n')
}

/** Lua that appends members of a table to a list: those from one name of a layout to another, both included. */
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
