// What happens, for tools that watch a process from within: channels of node:diagnostics_channel. They cost nothing where nobody
// has subscribed, and nobody needs our objects to subscribe.
import { type Channel, channel } from 'node:diagnostics_channel'
import { type Alert, isAlert, type Resolution } from '../alert/payload.js'
import type { Outcome } from '../deliver/outcome.js'
import type { Events } from './events.js'

/** One HTTP request that told, or should have told, a notice. */
export interface AttemptMessage {
  /** Of the alert, or of the end of one. */
  readonly id: string
  readonly rule: string
  readonly kind: 'alert' | 'resolved'
  /** Attempts by any process, this one included. */
  readonly tries: number
  readonly outcome: Outcome['kind']
  /** Where an answer came. */
  readonly status?: number
  /** Why it failed. */
  readonly reason?: string
  readonly durationMs: number
}

/** A config document was read. */
export interface ConfigMessage {
  /** In force now, those among them that are switched off. */
  readonly rules: number
  /** False where it changed nothing. */
  readonly isValid: boolean
}

// Node forgets a channel that nobody holds.
const channels = {
  alert: channel('logsiren:alert'),
  delivered: channel('logsiren:delivered'),
  resolved: channel('logsiren:resolved'),
  warning: channel('logsiren:warning'),
  attempt: channel('logsiren:attempt'),
  config: channel('logsiren:config'),
}

/** The event itself, in the thread where it is emitted. */
export function publishEvent<E extends keyof Events>(event: E, message: Events[E][0]): void {
  publish(channels[event], message)
}

export function publishConfig(message: ConfigMessage): void {
  publish(channels.config, message)
}

export function publishAttempt(
  notice: Alert | Resolution,
  outcome: Outcome,
  { tries, durationMs }: Pick<AttemptMessage, 'tries' | 'durationMs'>,
): void {
  if (!channels.attempt.hasSubscribers) return
  publish(channels.attempt, {
    id: notice.id,
    rule: notice.rule,
    kind: isAlert(notice) ? 'alert' : 'resolved',
    tries,
    outcome: outcome.kind,
    ...('status' in outcome && { status: outcome.status }),
    ...('reason' in outcome && { reason: outcome.reason }),
    durationMs,
  })
}

/**
 * Never throws: what a subscriber throws Node catches, and throws again in a later turn, as an uncaught exception; that is its rule for
 * all channels, and the subscriber's to heed.
 */
function publish(to: Channel, message: object): void {
  if (to.hasSubscribers) to.publish(message)
}
