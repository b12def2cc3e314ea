// Which news this process knows, to tell them from those that it takes over from others.
import type { Claim } from '../../store/store.js'
import type { Claimed } from './delivery.js'

/** So many are remembered, those claimed last. */
const MAX_KNOWN = 1000

export class KnownClaims {
  readonly #ids = new Set<string>()

  /** Whether another process had claimed these news, and this one never; it knows them from now on. */
  isTakenOver({
    claim: { id, isNew },
    isTold,
  }: Pick<Claimed, 'isTold'> & { claim: Pick<Claim, 'id' | 'isNew'> }): boolean {
    // What Redis says of errors that this process has judged alone is its own, too.
    const isOurs = this.#ids.delete(id) || isNew || isTold !== undefined
    this.#ids.add(id)
    const [oldest] = this.#ids.size > MAX_KNOWN ? this.#ids : []
    if (oldest !== undefined) this.#ids.delete(oldest)
    return !isOurs
  }
}
