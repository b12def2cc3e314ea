// When series should be looked at though no error comes.

/** Times by id. While nothing is due a look costs the same, however many there are. */
export class DueTimes {
  readonly #times = new Map<string, number>()
  /** None is earlier. Those that were moved may all be later, which is found out when it matters. */
  #floorMs = Number.POSITIVE_INFINITY

  set(id: string, atMs: number): void {
    this.#times.set(id, atMs)
    this.#floorMs = Math.min(this.#floorMs, atMs)
  }

  delete(id: string): void {
    this.#times.delete(id)
  }

  has(id: string): boolean {
    return this.#times.has(id)
  }

  /** The earliest time; undefined where that is after `untilMs`. */
  nextBy(untilMs: number): number | undefined {
    if (this.#floorMs > untilMs) return undefined
    this.#floorMs = Number.POSITIVE_INFINITY
    for (const atMs of this.#times.values()) this.#floorMs = Math.min(this.#floorMs, atMs)
    return this.#floorMs > untilMs ? undefined : this.#floorMs
  }

  /** All that are due, the longest due first. */
  dueBy(nowMs: number): string[] {
    if (this.nextBy(nowMs) === undefined) return []
    return [...this.#times]
      .filter(([, atMs]) => atMs <= nowMs)
      .sort(([, a], [, b]) => a - b)
      .map(([id]) => id)
  }
}
