// Reads the parts of a batch's reply into the types of the store's port, and writes facts as the script keeps them.
import type { Facts, FiringFacts } from '../../rule/alert-state.js'
import type { Meeting } from '../../rule/known-kinds.js'
import { MAX_SILENCES, readSilence, type Silence } from '../../rule/silence.js'
import { listOf } from '../../unknown.js'
import type { Claim, StoredConfig, Tallied } from '../store.js'
import { rowOf, TALLY } from './batch-protocol.js'
import { meetingsOf } from './lua/kinds.js'

/** Reads the config of a reply; `version` is as in `HEAD.known`. */
export function readConfig(version: string, text: string): StoredConfig {
  if (version === 'missing' || version === 'unreadable') return { kind: version }
  return { kind: 'text', text }
}

/**
 * Reads the silences of a reply: fields and texts of their hash, in turns. What others have written is passed over: what is none, one under
 * another id than its own, since nobody could end it, and more than there may be.
 */
export function readSilences(listed: unknown): readonly Silence[] {
  const texts = listOf(listed).map(String)
  const silences = texts.flatMap((id, at) => {
    const silence = at % 2 === 0 ? readSilence(texts[at + 1] ?? '') : undefined
    return silence?.id === id ? silence : []
  })
  return silences.slice(0, MAX_SILENCES)
}

/** Reads the meetings of a reply, by the number of their entry from 1: numbers and letters, in turns. */
export function readMeetings(listed: unknown): ReadonlyMap<number, readonly Meeting[]> {
  const list = listOf(listed)
  const entries = list.flatMap((number, at) =>
    at % 2 === 0 ? [[Number(number), meetingsOf(String(list[at + 1]))] as const] : [],
  )
  return new Map(entries)
}

/** Reads how many requests a reply tells of, by the number of their entry from 1: two numbers each. */
export function readRequests(listed: unknown): ReadonlyMap<number, number> {
  const list = listOf(listed).map(Number)
  return new Map(list.flatMap((number, at) => (at % 2 === 0 ? [[number, list[at + 1] ?? 0] as const] : [])))
}

/** Reads the reply to one entry; `droppedBefore` are errors of windows so old that the entry had no key for them. */
export function readTally(
  row: unknown,
  isJudged: boolean,
  droppedBefore: number,
  serverMs: number,
  claimed: Pick<Claim, 'holder' | 'fleet'>,
): Omit<Tallied, 'requests' | 'meetings'> {
  const { total, dropped, quietMs, isOpen, isMixed, stamp, id, facts, revision, isOfMany, ...rest } = rowOf(TALLY, row)
  const texts = { id: String(id), revision: String(revision), draft: String(rest.draft) }
  const claim: Claim | undefined =
    id === '' ? undefined : { ...claimed, ...rest, ...texts, facts: readFacts(String(facts)) }
  const delivery = readDelivery(String(stamp), serverMs)
  return {
    total,
    dropped: droppedBefore + dropped,
    isJudged,
    quietMs,
    isOpen,
    isMixed,
    delivery,
    claim,
    ...(isOfMany && { isOfMany }),
  }
}

function readDelivery(stamp: string, serverMs: number): Tallied['delivery'] {
  if (stamp === '') return undefined
  const [atMs = 0, , notice = 0, sinceMs = 0] = stamp.split(' ').map(Number)
  return { stamp, ageMs: Math.max(0, serverMs - atMs), streak: notice > 0 ? { notice, sinceMs } : undefined }
}

function readFacts(text: string): Facts {
  const [kind, first = '', ...rest] = text.split(' ')
  const [a = 0, b = 0, c = 0, d = 0, requests = 0] = rest.map(Number)
  if (kind === 'resolved')
    return { kind, alertId: first, durationMs: a, peak: b, total: c, ...(d > 0 && { sinceMs: d }) }
  const streak = c > 0 ? { notice: c, sinceMs: d } : {}
  return {
    kind: 'firing',
    suppressed: Number(first),
    firstSeenMs: a || undefined,
    lastSeenMs: b || undefined,
    ...streak,
    ...(requests > 0 && { requests }),
  }
}

export function writeFacts({
  suppressed,
  firstSeenMs = 0,
  lastSeenMs = 0,
  notice = 0,
  sinceMs = 0,
  requests,
}: FiringFacts): string {
  const share = requests === undefined ? [] : [requests]
  return ['firing', ...[suppressed, firstSeenMs, lastSeenMs, notice, sinceMs, ...share].map(Math.floor)].join(' ')
}
