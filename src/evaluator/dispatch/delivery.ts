// A claim on its way to its receiver: what it tells, how long that is worth telling, and until when it is this process's.
import { type Draft, readDraft } from '../../alert/draft.js'
import type { Alert, Resolution } from '../../alert/payload.js'
import { toSample } from '../../alert/sample.js'
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { toLogRecord } from '../../record/log-record.js'
import { LEASE_MS, MAX_NOTICE_AGE_MS } from '../../rule/alert-state.js'
import type { Series } from '../../rule/series.js'
import type { Claim } from '../../store/store.js'
import type { Claimed } from '../counting/claim-sink.js'

/** An alert, or that it has ended, as it is told. */
export type Notice = Alert | Resolution

/** Times are monotonic. */
export interface Delivery extends Claimed {
  readonly notice: Notice
  readonly claimedAtMs: number
  readonly leasedUntilMs: number
  /** Resolves when the store has the draft of an alert that was raised without one. */
  readonly enriched: Promise<void>
}

/** Of what was claimed just now. */
export function deliveryOf(claimed: Claimed, clock: Clock, enriched: Promise<void>): Delivery {
  const { series, claim, draft } = claimed
  const nowMs = clock.monotonicMs()
  const notice = noticeOf(series, draft === undefined ? claim : { ...claim, draft })
  return { ...claimed, notice, claimedAtMs: nowMs, leasedUntilMs: nowMs + LEASE_MS, enriched }
}

/** When it was raised, on the monotonic clock. */
export function raisedAtMs({ claim, claimedAtMs }: Delivery): number {
  return claimedAtMs - claim.ageMs
}

/** For how long it is worth telling. */
export function leftMsOf(delivery: Delivery, clock: Clock): number {
  return MAX_NOTICE_AGE_MS - (clock.monotonicMs() - raisedAtMs(delivery))
}

/** What a claim tells; by little, where another hand has changed its draft beyond use. */
export function noticeOf({ rule }: Series, { facts, id, count, draft }: Claim): Notice {
  const base = { ...(readDraft(draft) ?? blankDraft(rule)), id, rule: rule.name, count }
  return facts.kind === 'firing' ? { ...base, facts } : { ...base, facts }
}

/** Telling little beats telling nothing. */
function blankDraft(rule: RuleSettings): Draft {
  return { threshold: rule.threshold, window_seconds: rule.windowMs / 1000, sample: toSample(toLogRecord({})) }
}

/** In words, for warnings. */
export function nameOf(notice: Notice): string {
  return notice.facts.kind === 'firing' ? 'an alert' : 'the end of an alert'
}
