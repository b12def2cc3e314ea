// What happens, for tools that watch a process from within: channels of node:diagnostics_channel (README, Watching
// logsiren itself). They cost nothing without a subscriber, and subscribers need none of our objects.
import { type Channel, channel } from 'node:diagnostics_channel'
import { type Alert, isAlert, type Resolution } from '../alert/payload.js'
import type { Outcome } from '../deliver/outcome.js'
import type { Events } from './events.js'

/** The message of `logsiren:attempt`: one request to a receiver. */
export interface AttemptMessage {
  /** The `id` of the alert, or of the end of one. */
  readonly id: string
  readonly rule: string
  readonly kind: 'alert' | 'resolved'
  /** Attempts by all processes, this one included; at least 1. */
  readonly tries: number
  readonly outcome: Outcome['kind']
  /** The HTTP status; left out where no answer came. */
  readonly status?: number
  /** Why the attempt failed; left out where it did not. */
  readonly reason?: string
  /** What the answer says, in at most 200 characters; left out where it says nothing. */
  readonly answer?: string
  readonly durationMs: number
}

/** The message of `logsiren:config`: the config in Redis was read. */
export interface ConfigMessage {
  /** How many rules are in force now, those included that are switched off. */
  readonly rules: number
  /** False where the config was not valid and changed nothing. */
  readonly isValid: boolean
}

// Held here, since Node lets go a channel that nobody refers to.
const channels = {
  alert: channel('logsiren:alert'),
  delivered: channel('logsiren:delivered'),
  resolved: channel('logsiren:resolved'),
  warning: channel('logsiren:warning'),
  attempt: channel('logsiren:attempt'),
  config: channel('logsiren:config'),
}

/** Publishes an event as its listeners get it, in the thread where it is emitted. */
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
    ...(outcome.answer !== undefined && { answer: outcome.answer }),
    durationMs,
  })
}

/**
 * Never throws. Node catches what a subscriber throws and throws it again in a later turn, as an uncaught exception;
 * that is its rule for all channels, and subscribers have to heed it.
 */
function publish(to: Channel, message: object): void {
  if (to.hasSubscribers) to.publish(message)
}
