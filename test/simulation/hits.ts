// Whether each kind of trouble had an effect: without any, all books would be green and prove nothing.

/** A run of this many seeds must have met each kind of trouble. */
export const ENOUGH_SEEDS = 100

export const kindsOfHits = [
  'kill',
  'close',
  'restart',
  'suspend',
  'stall',
  'redis down',
  'redis hang',
  'redis forgets',
  'step back',
  'step ahead',
  'line down',
  'mute line',
  'flaky line',
  'slow line',
  'thin line',
  'receiver slow',
  'receiver 503',
  'receiver asks to wait',
  'receiver 500',
  'receiver 403',
  'receiver 410',
  'receiver hang',
  'receiver refuse',
  'receiver cut',
  'config',
  'config that is not valid',
  'roar',
  'silence',
  'silence that is ended',
  'alert for many groups',
  'alert of a new kind',
  'alert of a share',
  'ignored',
  'beat',
] as const

export function newHits(): Record<string, number> {
  return Object.fromEntries(kindsOfHits.map((kind) => [kind, 0]))
}

/** The kinds of trouble without an effect; none where there were too few seeds to tell. */
export function missingHits(hits: Readonly<Record<string, number>>, seeds: number): readonly string[] {
  return seeds < ENOUGH_SEEDS ? [] : kindsOfHits.filter((kind) => (hits[kind] ?? 0) === 0)
}
