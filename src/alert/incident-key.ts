// What an alert, its repeats and its end have in common, for receivers that put them together.
import { nodeCrypto } from '../node-crypto.js'
import type { Payload } from './payload.js'

/** PagerDuty takes no more characters. */
const MAX_LENGTH = 255

/**
 * One key for every alert of a rule and group and for its end, whichever process tells them; so neither
 * host nor service are in it, which may be another with each. A test alert has one of its own. Printable ASCII.
 */
export function incidentKey(payload: Payload): string {
  const { rule, group_by } = payload
  const groups = Object.entries(group_by ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const kind = 'test' in payload && payload.test === true ? 'logsiren-test' : 'logsiren'
  const key = [kind, rule, ...(groups.length > 0 ? [JSON.stringify(groups)] : [])].join('/')
  return key.length <= MAX_LENGTH && /^[\x20-\x7e]*$/.test(key) ? key : `${kind}/${digest(key)}`
}

/** The key as 16 hexadecimal digits. */
export function incidentFingerprint(payload: Payload): string {
  return digest(incidentKey(payload)).slice(0, 16)
}

function digest(text: string): string {
  return nodeCrypto().createHash('sha256').update(text).digest('hex')
}
