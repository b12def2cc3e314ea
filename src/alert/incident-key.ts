// The key that an alert, its repeats and its end share, for receivers that put them together.
import { nodeCrypto } from '../node-crypto.js'
import type { Payload } from './payload.js'

/** The longest key, in characters: PagerDuty takes no more. */
const MAX_LENGTH = 255

/**
 * One key for all alerts of a rule and group and for their ends, whichever process sends them; so host and service, in which
 * processes may differ, are not in it. Test alerts have a key of their own. Printable ASCII, at most 255 characters.
 */
export function incidentKey(payload: Payload): string {
  const { rule, group_by } = payload
  const groups = Object.entries(group_by ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const kind = 'test' in payload && payload.test === true ? 'logsiren-test' : 'logsiren'
  const key = [kind, rule, ...(groups.length > 0 ? [JSON.stringify(groups)] : [])].join('/')
  return key.length <= MAX_LENGTH && /^[\x20-\x7e]*$/.test(key) ? key : `${kind}/${digest(key)}`
}

/** A hash of the key, as 16 hexadecimal digits. */
export function incidentFingerprint(payload: Payload): string {
  return digest(incidentKey(payload)).slice(0, 16)
}

function digest(text: string): string {
  return nodeCrypto().createHash('sha256').update(text).digest('hex')
}
