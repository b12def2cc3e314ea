// The keys by which receivers put together what belongs together.
import { nodeCrypto } from '../node-crypto.js'
import type { Payload } from './payload.js'

/** The longest key, in characters: PagerDuty takes no more. */
const MAX_LENGTH = 255

/**
 * One key for all alerts of a fleet's rule and group and for their ends, whichever process sends them. A test has a key of its own each
 * time, which its end shares. Printable ASCII, at most 255 characters.
 *
 * @param fleet - the fleet's id, or the name of a process that counts alone; blank where there is neither
 */
export function incidentKey(payload: Payload, fleet: string): string {
  return keyOf(payload, fleet, [])
}

/** A hash of the key, as 16 hexadecimal digits. */
export function incidentFingerprint(payload: Payload, fleet: string): string {
  return digest(incidentKey(payload, fleet)).slice(0, 16)
}

/** One key for each incident: for alerts of a rule and group that keep coming, and for their end. Like `incidentKey`, but no later incident has it. */
export function threadKey(payload: Payload, fleet: string): string {
  return keyOf(payload, fleet, payload.since === undefined ? [] : [payload.since])
}

/** Names a process that counts alone to a receiver that several may share, by the service and host of what it tells; blank where it knows neither. */
export function nameOfAlone({ service = '', hostname = '' }: Pick<Payload, 'service' | 'hostname'>): string {
  return [service, hostname].filter((part) => part !== '').join('@')
}

/** Names a test and its end, each time in another way; undefined where the payload is of no test. */
export function testRun(payload: Payload): string | undefined {
  if (payload.test !== true) return undefined
  return payload.type === 'log_error_resolved' ? payload.alert_id : payload.id
}

function keyOf(payload: Payload, fleet: string, further: readonly string[]): string {
  const { rule, group_by } = payload
  const groups = Object.entries(group_by ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const run = testRun(payload)
  const kind = run === undefined ? 'logsiren' : 'logsiren-test'
  const name = run ?? fleet
  const parts = [
    kind,
    ...(name === '' ? [] : [name]),
    rule,
    ...(groups.length > 0 ? [JSON.stringify(groups)] : []),
    ...further,
  ]
  const key = parts.join('/')
  return key.length <= MAX_LENGTH && /^[\x20-\x7e]*$/.test(key) ? key : `${kind}/${digest(JSON.stringify(parts))}`
}

function digest(text: string): string {
  return nodeCrypto().createHash('sha256').update(text).digest('hex')
}
