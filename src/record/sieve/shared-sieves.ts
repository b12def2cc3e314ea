// One look for many: whoever looks at the same text for the same is told what another has found there.
import { compileSieve, type Sieve, type SieveCriteria } from './text-sieve.js'

/** Compiles sieves that share what they find; worth it for those who look at each text one after the other. */
export function createSharedSieves(): (criteria: SieveCriteria) => Sieve {
  const sieves = new Map<SieveCriteria['scale'], Map<string, Sieve>>()
  return (criteria) => {
    const { scale, statusThreshold, minSeverity, shape } = criteria
    const { fields, messageKey, errorKey, nestedKey, redact } = shape
    const key = JSON.stringify([statusThreshold, minSeverity, fields, messageKey, errorKey, nestedKey, redact])
    const known = sieves.get(scale) ?? new Map<string, Sieve>()
    sieves.set(scale, known)
    const sieve = known.get(key) ?? remembering(compileSieve(criteria))
    known.set(key, sieve)
    return sieve
  }
}

/** Remembers what was found in one text. */
function remembering(sieve: Sieve): Sieve {
  let last = ''
  const found = new Map<number, number>()
  return (text, from) => {
    if (text !== last) {
      last = text
      found.clear()
    }
    const known = found.get(from)
    if (known !== undefined) return known
    const at = sieve(text, from)
    found.set(from, at)
    return at
  }
}
