import { createHash } from 'node:crypto'

/** Names a destination without telling it: an alert is only ever told to the destination it was raised for. */
export function destinationId(url: string): string {
  return createHash('sha256').update(url).digest('base64url').slice(0, 22)
}
