// A claim on its way to its receiver: its notice, how long that is worth delivering, and until when the lease holds.
import { type Draft, readDraft, ruleMembers, withDraft } from '../../alert/draft.js'
import type { Alert, Resolution } from '../../alert/payload.js'
import { toSample } from '../../alert/sample.js'
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { toLogRecord } from '../../record/log-record.js'
import { leaseMs, MAX_NOTICE_AGE_MS } from '../../rule/alert-state.js'
import { isMany, type Series } from '../../rule/series.js'
import type { Claim } from '../../store/store.js'
import { oneLine, truncate } from '../../text.js'
import type { Claimed } from '../counting/claim-sink.js'

/** What a receiver gets: an alert, or the end of one. */
export type Notice = Alert | Resolution

/** A claim with its notice. Times are on the monotonic clock. */
export interface Delivery extends Claimed {
  readonly notice: Notice
  readonly claimedAtMs: number
  /** The lease holds until then; each attempt renews it. */
  readonly leasedUntilMs: number
  /**
   * Resolves when the store has the draft of an alert that was raised without one; at once where there is nothing to
   * add.
   */
  readonly enriched: Promise<void>
}

/** The delivery of what was claimed just now: its lease is a whole one. */
export function deliveryOf(claimed: Claimed, clock: Clock, enriched: Promise<void>): Delivery {
  const { series, claim, draft } = claimed
  const nowMs = clock.monotonicMs()
  const notice = noticeOf(series, draft === undefined ? claim : { ...claim, draft })
  return { ...claimed, notice, claimedAtMs: nowMs, leasedUntilMs: nowMs + leaseMs(series.rule), enriched }
}

/** When the notice was raised, on the monotonic clock. */
export function raisedAtMs({ claim, claimedAtMs }: Delivery): number {
  return claimedAtMs - claim.ageMs
}

/** Milliseconds for which the notice is worth delivering; 0 or less where it is a day old. */
export function leftMsOf(delivery: Delivery, clock: Clock): number {
  return MAX_NOTICE_AGE_MS - (clock.monotonicMs() - raisedAtMs(delivery))
}

/**
 * The notice of a claim. Where somebody has changed its draft in Redis beyond use, it holds what the rule alone says.
 */
export function noticeOf(series: Series, { facts, id, count, draft, fleet }: Claim): Notice {
  const { rule, groupValues } = series
  const named = { id, rule: rule.name, count, ...(fleet !== '' && { fleet }) }
  // The draft of (many) is that of one of its groups.
  const group = isMany(series) && groupValues !== undefined ? { group_by: groupValues } : {}
  const blank = blankDraft(rule)
  const told = readDraft(draft) ?? readDraft(withDraft(JSON.stringify(blank), draft)) ?? blank
  const base = { ...told, ...named, ...group }
  return facts.kind === 'firing' ? { ...base, facts } : { ...base, facts }
}

/** A draft without anything from the errors: an alert that says little beats none. */
function blankDraft(rule: RuleSettings): Draft {
  return { ...ruleMembers(rule), sample: toSample(toLogRecord({})) }
}

/** Of the values of a group a warning shows at most this many UTF-16 units. */
const MAX_GROUP_LENGTH = 120

/** A notice in words, for warnings: `an alert of rule payments (region=eu)`. */
export function nameOf({ facts, rule, group_by = {} }: Notice): string {
  const kind = facts.kind === 'firing' ? 'an alert' : 'the end of an alert'
  const values = Object.entries(group_by).map(([name, value]) => `${name}=${oneLine(value)}`)
  const group = truncate(oneLine(values.join(', ')), MAX_GROUP_LENGTH)
  return `${kind} of rule ${rule}${group === '' ? '' : ` (${group})`}`
}
