// Reads the parts of a batch's reply into the types of the store's port, and writes facts as the script keeps them.
import type { Facts, FiringFacts } from '../../rule/alert-state.js'
import type { Claim, StoredConfig, Tallied } from '../store.js'
import { rowOf, TALLY } from './batch-protocol.js'

/** Reads the config of a reply; `version` is as in `HEAD.known`. */
export function readConfig(version: string, text: string): StoredConfig {
  if (version === 'missing' || version === 'unreadable') return { kind: version }
  return { kind: 'text', text }
}

/** Reads the reply to one entry; `droppedBefore` are errors of windows so old that the entry had no key for them. */
export function readTally(
  row: unknown,
  isJudged: boolean,
  droppedBefore: number,
  serverMs: number,
  claimed: Pick<Claim, 'holder' | 'revision' | 'fleet'>,
): Tallied {
  const { total, dropped, quietMs, isOpen, isMixed, stamp, id, facts, ...rest } = rowOf(TALLY, row)
  const claim: Claim | undefined =
    id === ''
      ? undefined
      : { ...claimed, ...rest, id: String(id), facts: readFacts(String(facts)), draft: String(rest.draft) }
  const delivery = readDelivery(String(stamp), serverMs)
  return { total, dropped: droppedBefore + dropped, isJudged, quietMs, isOpen, isMixed, delivery, claim }
}

function readDelivery(stamp: string, serverMs: number): Tallied['delivery'] {
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
