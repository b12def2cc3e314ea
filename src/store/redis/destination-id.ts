// The names of destinations in Redis.
import { nodeCrypto } from '../../node-crypto.js'
import { RecentMap } from '../../recent.js'

/** Characters of an id, 72 bits: no two urls of a fleet share one by chance. */
const LENGTH = 12
/** Ids by url, since a hash takes longer than to count an error, and a process has a few urls only. */
const known = new RecentMap<string, string>(100)

/** Names a url in Redis without showing it. Alerts are kept by destination, and are only ever delivered to that one. */
export function destinationId(url: string): string {
  let id = known.get(url)
  if (id === undefined) {
    id = nodeCrypto().createHash('sha256').update(url).digest('base64url').slice(0, LENGTH)
    known.set(url, id)
  }
  return id
}
