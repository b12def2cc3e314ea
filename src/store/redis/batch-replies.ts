// What the batch script answers, and what it is told in texts, as the store's port says it.
import type { Facts, FiringFacts } from '../../rule/alert-state.js'
import type { ClaimRef } from '../../rule/settle.js'
import type { Claim, CountedEntry, StoredConfig } from '../store.js'

export function readConfig(version: string, text: string): StoredConfig {
  if (version === 'missing' || version === 'unreadable') return { kind: version }
  return { kind: 'text', text }
}

export function readTally(
  input: unknown,
  droppedBefore: number,
  serverMs: number,
  claimed: Pick<ClaimRef, 'holder' | 'configVersion'>,
): CountedEntry {
  const members: unknown[] = Array.isArray(input) ? input : []
  const [total, dropped, quietMs, isMixed, stamp, id, facts, count, tries, draft, ageMs, isNew, isGone] = members
  const claim: Claim | undefined =
    id === undefined
      ? undefined
      : {
          ...claimed,
          id: String(id),
          facts: readFacts(String(facts)),
          count: Number(count),
          tries: Number(tries),
          draft: String(draft),
          ageMs: Number(ageMs),
          isNew: Number(isNew) === 1,
          isGone: Number(isGone) === 1,
        }
  return {
    total: Number(total),
    dropped: droppedBefore + Number(dropped),
    quietMs: Number(quietMs),
    isMixed: Number(isMixed) === 1,
    told: readTold(String(stamp), serverMs),
    claim,
  }
}

/** A stamp is '<ms since the epoch> <step>'. */
function readTold(stamp: string, serverMs: number): CountedEntry['told'] {
  return stamp === '' ? undefined : { stamp, ageMs: Math.max(0, serverMs - Number.parseInt(stamp, 10)) }
}

function readFacts(text: string): Facts {
  const [kind, first = '', ...rest] = text.split(' ')
  const [a = 0, b = 0, c = 0] = rest.map(Number)
  if (kind === 'resolved') return { kind, alertId: first, durationMs: a, peak: b, total: c }
  return { kind: 'firing', suppressed: Number(first), firstSeenMs: a || undefined, lastSeenMs: b || undefined }
}

export function writeFacts({ suppressed, firstSeenMs = 0, lastSeenMs = 0 }: FiringFacts): string {
  return `firing ${suppressed} ${Math.floor(firstSeenMs)} ${Math.floor(lastSeenMs)}`
}
