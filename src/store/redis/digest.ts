// Short names in Redis for texts that are long, or that no key may show.
import { nodeCrypto } from '../../node-crypto.js'
import { RecentMap } from '../../recent.js'

/** Characters of a digest, 72 bits: no two texts of a fleet share one by chance. */
const LENGTH = 12

/**
 * Makes a function that gives the digest of a text, 12 characters. It remembers so many, since a hash takes longer than to count an error, and
 * the same texts come again and again.
 */
export function digester(max: number): (text: string) => string {
  const known = new RecentMap<string, string>(max)
  return (text) => {
    let digest = known.get(text)
    if (digest === undefined) {
      digest = nodeCrypto().createHash('sha256').update(text).digest('base64url').slice(0, LENGTH)
      known.set(text, digest)
    }
    return digest
  }
}
