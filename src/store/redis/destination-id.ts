import { nodeCrypto } from '../../node-crypto.js'

const LENGTH = 12
/** The last ones: to name a destination takes longer than to count, and mostly it is one of a few. */
const known = new Map<string, string>()
const MAX_KNOWN = 100

/** Names a destination without telling it: what is open is kept by destination, and only ever delivered to that. */
export function destinationId(url: string): string {
  let id = known.get(url)
  if (id === undefined) {
    if (known.size >= MAX_KNOWN) known.clear()
    id = nodeCrypto().createHash('sha256').update(url).digest('base64url').slice(0, LENGTH)
    known.set(url, id)
  }
  return id
}
