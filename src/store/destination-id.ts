import { createHash } from 'node:crypto'

/** The last one: to name a destination takes longer than to count, and mostly it is the same again. */
let last = { url: '', id: '' }

/** Names a destination without telling it: an alert is only ever told to the destination it was raised for. */
export function destinationId(url: string): string {
  if (url === '' || url !== last.url)
    last = { url, id: createHash('sha256').update(url).digest('base64url').slice(0, 22) }
  return last.id
}
