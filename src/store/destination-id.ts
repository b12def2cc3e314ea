import { createHash } from 'node:crypto'
import type { RuleSettings } from '../config/settings.js'

/** Names a rule's destination without telling it: an alert is only ever told to the destination it was raised for. */
export function destinationId(rule: RuleSettings): string {
  return createHash('sha256').update(rule.url).digest('base64url').slice(0, 22)
}
