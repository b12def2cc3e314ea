// Sieves that share what they find: where several search the same text for the same thing, only the first one searches.
import { compileSieve, type Sieve, type SieveCriteria } from './text-sieve.js'

/** Gives a compiler of sieves that share what they find in the newest text. It pays where several callers search each text in turn. */
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

/** Makes a sieve remember what it found in the newest text. */
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
