// What this process has claimed and is to tell: how long that is worth doing, and how the claim lasts until it is done.
import type { Alert, Resolution } from '../../alert/payload.js'
import type { Clock } from '../../clock.js'
import { ATTEMPT_TIMEOUT_MS } from '../../deliver/http-client.js'
import { LEASE_MS, MAX_NEWS_AGE_MS } from '../../rule/alert-state.js'
import type { Series } from '../../rule/series.js'
import type { Claim } from '../../store/store.js'
import { newsOf } from './notice.js'
import { type ClaimStore, keepingDraft, type Settler } from './settler.js'

/** What this process has claimed. */
export interface Claimed {
  readonly series: Series
  readonly claim: Claim
  /** Says more than the claim's own draft, and takes its place first. */
  readonly draft: string | undefined
  readonly store: ClaimStore
  /** Told though its destination asks for a pause. */
  readonly isForced: boolean
  /** Whether another alert of the same errors was told by the time that it is this one's turn. */
  readonly isTold?: () => boolean
}

/** Times are monotonic. */
export interface Task extends Claimed {
  readonly news: Alert | Resolution
  readonly claimedAtMs: number
  readonly leasedUntilMs: number
}

/** A claim that has waited for its turn until so little is left is renewed, so that the attempt ends well within its lease. */
const RENEW_BELOW_MS = 2 * ATTEMPT_TIMEOUT_MS

/** Of what was claimed just now. */
export function taskOf(claimed: Claimed, clock: Clock): Task {
  const nowMs = clock.monotonicMs()
  const news = newsOf(claimed.series, claimed.claim)
  return { ...claimed, news, claimedAtMs: nowMs, leasedUntilMs: nowMs + LEASE_MS }
}

/** For how long it is worth telling. */
export function leftMsOf({ claim, claimedAtMs }: Task, clock: Clock): number {
  return MAX_NEWS_AGE_MS - claim.ageMs - (clock.monotonicMs() - claimedAtMs)
}

/** As it is where its lease outlives an attempt, else renewed; undefined where it is another process's by now. */
export async function renewed(task: Task, settler: Settler, clock: Clock): Promise<Task | undefined> {
  const leftMs = (): number => task.leasedUntilMs - clock.monotonicMs()
  if (leftMs() > RENEW_BELOW_MS) return task
  const isOurs = await settler.renew(task.store, task.series, task.claim)
  if (isOurs === true) return { ...task, leasedUntilMs: clock.monotonicMs() + LEASE_MS }
  // Where nobody can say, it is told as long as it cannot be another's.
  return isOurs === undefined && leftMs() > ATTEMPT_TIMEOUT_MS ? task : undefined
}

/** With the better draft, once it is kept with the alert: then it is told so, by whoever tells it. */
export async function enriched(task: Task, settler: Settler): Promise<Task> {
  const { series, claim, draft, store, leasedUntilMs } = task
  if (draft === undefined) return task
  const isKept = await settler.enrich(store, series, claim.id, draft, leasedUntilMs - RENEW_BELOW_MS)
  if (isKept) return { ...task, news: newsOf(series, { ...claim, draft }) }
  return { ...task, store: keepingDraft(store, series, claim) }
}
