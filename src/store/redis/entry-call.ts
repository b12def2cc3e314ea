// The keys and arguments of an entry of the batch script.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { MAX_KINDS } from '../../rule/known-kinds.js'
import { groupText, isMany, type Series } from '../../rule/series.js'
import { bucketAt } from '../../rule/slots.js'
import type { Count } from '../../rule/tally.js'
import type { Entry, FormerRule, Handover, Judged, LocalAlert } from '../store.js'
import type { Announcements } from './announcements.js'
import { argsOf, COUNT, ENTRY, JUDGED, KIND_COUNT, OTHERS, type Values } from './batch-protocol.js'
import { writeFacts } from './batch-replies.js'
import { digester } from './digest.js'
import type { KeyNames } from './keys.js'

/** The keys and arguments of one entry. */
export interface EntryCall {
  readonly series: Series
  readonly isJudged: boolean
  readonly keys: readonly string[]
  readonly args: readonly (string | number)[]
  /** The announcement that it makes of its series; blank where it makes none. */
  readonly announcement: string
  /** Errors of windows so old that the entry has no key for them. */
  readonly dropped: number
}

/** What the calls of all entries are made from. */
export interface EntryParts {
  readonly keys: KeyNames
  readonly clock: Clock
  readonly announcements: Announcements
}

/** The age of a moment on the monotonic clock, in ms. */
type AgeOf = (atMs: number) => number

/** All rules of a submission, each with its number from 1: those that it names, and those of its entries. */
export function rowsOf(
  rules: readonly RuleSettings[],
  formerRules: readonly RuleSettings[],
  entries: readonly Entry[],
): ReadonlyMap<RuleSettings, number> {
  const rows = new Map<RuleSettings, number>()
  const add = (rule: RuleSettings): void => {
    if (!rows.has(rule)) rows.set(rule, rows.size + 1)
  }
  for (const rule of [...rules, ...formerRules]) add(rule)
  for (const entry of entries) {
    add(entry.series.rule)
    if (isMoved(entry)) add(entry.former.rule)
  }
  return rows
}

function isMoved(entry: Entry): entry is Judged & { readonly former: FormerRule } {
  return entry.kind === 'judged' && entry.former !== undefined && entry.former.rule.url !== entry.series.rule.url
}

interface Counted {
  readonly keys: readonly string[]
  /** Arguments of the counts. */
  readonly args: readonly (string | number)[]
  readonly countCount: number
  readonly dropped: number
}

/** As many kinds as one rule may know. */
const kindDigest = digester(MAX_KINDS)

/** Makes the call of an entry. `rows` are the numbers of the submission's rules. */
export function entryCall(entry: Entry, rows: ReadonlyMap<RuleSettings, number>, parts: EntryParts): EntryCall {
  const { keys: names, clock, announcements } = parts
  // Ages are taken anew each time a submission is sent: after a wait its errors still are put where they belong.
  const nowMs = clock.monotonicMs()
  const ageOf: AgeOf = (atMs) => Math.max(0, Math.floor(nowMs - atMs))
  const { series, counts } = entry
  const { rule } = series
  const counted =
    rule.windowType === 'fixed' ? inBuckets(series, counts, names, clock.nowMs()) : inRing(series, counts, names, nowMs)
  // Errors in a tumbling window are judged at once: the window may have ended by the time of the next entry that is judged. And what becomes of
  // a new kind depends on the alerts.
  const isJudged = entry.kind === 'judged' || rule.windowType === 'fixed' || rule.newOnly
  const row = rows.get(rule) ?? 0
  const args = [...argsOf(ENTRY, { row, isJudged, countCount: counted.countCount }), ...counted.args]
  const keys = [...counted.keys]
  if (rule.percent > 0) {
    const { others = [] } = entry
    args.push(...argsOf(OTHERS, { otherCount: others.length }))
    args.push(...others.flatMap((one) => argsOf(COUNT, agedCount(one, nowMs))))
    keys.push(names.others(series))
  }
  if (!isJudged) return { ...counted, series, isJudged, keys, args, announcement: '' }
  // The series (many) counts nothing itself.
  const announcement = counts.length === 0 && !isMany(series) ? '' : announcements.textOf(series, nowMs)
  const look: Judged = entry.kind === 'judged' ? entry : { ...entry, kind: 'judged', draft: '' }
  const { former, isForced = false, silence, manySilence, handover, delivery, draft } = look
  const judged = argsOf(JUDGED, {
    series: series.id,
    group: rule.groupBy.length === 0 ? '' : `${series.groupKey} ${groupText(series)}`,
    former: former === undefined ? 0 : (rows.get(isMoved(entry) ? former.rule : rule) ?? 0),
    formerAgeMs: former === undefined ? 0 : ageOf(former.leftAtMs),
    isForced,
    silence: silenceText(silence),
    manySilence: silenceText(manySilence),
    handover: handover === undefined ? '' : handoverText(handover, ageOf),
    knownAgeMs: delivery === undefined ? '' : ageOf(delivery.deliveredAtMs),
    knownStamp: delivery?.stamp ?? '',
    knownAlert: delivery?.alert === undefined ? '' : alertText(delivery.alert, ageOf),
    draft,
    announcement,
  })
  keys.push(names.delivery(series), names.alert(series))
  if (isMoved(entry)) keys.push(names.alert({ ...series, rule: entry.former.rule }))
  return { ...counted, series, isJudged, keys, args: [...args, ...judged], announcement }
}

function alertText({ id, facts, count, tries, draft, account, raisedAtMs }: LocalAlert, ageOf: AgeOf): string {
  return JSON.stringify({
    id,
    facts: writeFacts(facts),
    count,
    tries,
    draft,
    account,
    raisedAgeMs: ageOf(raisedAtMs),
  })
}

function silenceText(silence: Judged['silence']): string {
  return silence === undefined ? '' : `${silence.untilMs} ${silence.createdAtMs} ${silence.id}`
}

function handoverText({ id, facts, count, tries, draft, raisedAtMs, isNew }: Handover, ageOf: AgeOf): string {
  return JSON.stringify({ id, facts: writeFacts(facts), count, tries, draft, ageMs: ageOf(raisedAtMs), isNew })
}

function agedCount({ monotonicMs, count }: Count, nowMs: number): Values<typeof COUNT> {
  return { at: Math.max(0, Math.ceil(nowMs - monotonicMs)), count }
}

function inRing(series: Series, counts: readonly Count[], keys: KeyNames, nowMs: number): Counted {
  const { rule } = series
  const args = counts.flatMap((one) => {
    const aged = agedCount(one, nowMs)
    if (!rule.newOnly) return argsOf(COUNT, aged)
    return argsOf(KIND_COUNT, { ...aged, kind: one.kind === undefined ? '' : kindDigest(one.kind) })
  })
  const ring = keys.ring(series)
  return { keys: rule.newOnly ? [ring, keys.kinds(rule)] : [ring], args, countCount: counts.length, dropped: 0 }
}

function inBuckets(series: Series, counts: readonly Count[], keys: KeyNames, nowMs: number): Counted {
  const { windowMs } = series.rule
  const current = bucketAt(nowMs, windowMs)
  const sums = [0, 0]
  let dropped = 0
  for (const { wallMs, count } of counts) {
    const index = bucketAt(wallMs, windowMs) - current + 1
    if (index < 0) dropped += count
    else sums[Math.min(index, 1)] = (sums[Math.min(index, 1)] ?? 0) + count
  }
  const pairs = sums.map((count, index) => ({ at: index + 1, count })).filter(({ count }) => count > 0)
  const args = pairs.flatMap((pair) => argsOf(COUNT, pair))
  return {
    keys: [keys.bucket(series, current - 1), keys.bucket(series, current)],
    args,
    countCount: pairs.length,
    dropped,
  }
}
