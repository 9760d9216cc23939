const hourMs = 3_600_000

/** Counts uses in a sliding hour. A use counts when it begins, whatever comes of it. */
export class UsageCounter {
  readonly #uses = new Map<string, number[]>()
  readonly #monotonicMs: () => number

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  /** Counts a use of `handle`, unless it would be more than `most` within an hour. */
  take(handle: string, most: number): boolean {
    const recent = this.#recent(handle)
    if (recent.length >= most) return false
    this.#uses.set(handle, [...recent, this.#monotonicMs()])
    return true
  }

  count(handle: string): number {
    return this.#recent(handle).length
  }

  #recent(handle: string): readonly number[] {
    const since = this.#monotonicMs() - hourMs
    const recent = (this.#uses.get(handle) ?? []).filter((at) => at > since)
    this.#uses.set(handle, recent)
    return recent
  }
}
