// Notices, which are alerts and their ends, and the payload that receivers get of them; to-payload.ts makes it.
import type { FiringFacts, ResolvedFacts } from '../rule/alert-state.js'
import type { Draft, Texts } from './draft.js'

export interface Notice extends Draft {
  /** Names the notice. Every attempt to deliver it has the same id, which the header `webhook-id` holds too. */
  readonly id: string
  readonly rule: string
  /** Errors in the window when the notice was raised. */
  readonly count: number
  /** Names the fleet that it is of, or the process where that counts alone, for receivers that are told of several. No payload has it. */
  readonly fleet?: string
}

/** An alert: a series has reached its threshold. */
export interface Alert extends Notice {
  readonly facts: FiringFacts
}

/** The end of an alert: its errors have stopped. */
export interface Resolution extends Notice {
  readonly facts: ResolvedFacts
}

/** The JSON body of a webhook, whose members README explains under The webhook. Those of the original service come first. */
export type Payload = ThresholdPayload | ResolvedPayload

/** What a payload has of a draft. */
interface Told extends Omit<Draft, 'link_templates' | 'sample_kind'> {
  /** Urls by the names of their links. */
  readonly links?: Texts
}

/** The body of an alert. */
export interface ThresholdPayload extends Told {
  readonly type: 'log_error_threshold'
  readonly sent_at: string
  readonly count: number
  readonly id: string
  readonly rule: string
  /** Requests in the window when the alert was raised, the errors among them; only where the rule has `percent`. */
  readonly requests?: number
  readonly suppressed: number
  /** Which alert of the series this is while alerts keep coming: 1 for the first. Tests have none. */
  readonly notice?: number
  /** When the first of these alerts was raised, RFC 3339. */
  readonly since?: string
}

/** The body of the end of an alert. */
export interface ResolvedPayload extends Omit<Told, 'first_seen' | 'last_seen' | 'samples' | 'top' | 'degraded'> {
  readonly type: 'log_error_resolved'
  readonly sent_at: string
  readonly count: number
  readonly id: string
  readonly rule: string
  readonly alert_id: string
  readonly duration_seconds: number
  readonly peak: number
  readonly total: number
  /** As in the alert that `alert_id` names. */
  readonly since?: string
}

export function isAlert(notice: Alert | Resolution): notice is Alert {
  return notice.facts.kind === 'firing'
}
