// When series should be looked at even if no error comes.

/** Due times by series id. Asking costs the same for any number of series, as long as none is due. */
export class DueTimes {
  readonly #times = new Map<string, number>()
  /** No time is earlier. Once times were moved or deleted all may be later: the next scan finds that out. */
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

  /** The ids of all series that are due, the longest due first. */
  dueBy(nowMs: number): string[] {
    if (this.nextBy(nowMs) === undefined) return []
    return [...this.#times]
      .filter(([, atMs]) => atMs <= nowMs)
      .sort(([, a], [, b]) => a - b)
      .map(([id]) => id)
  }
}
