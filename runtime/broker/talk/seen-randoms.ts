/** Remembers the randoms of webhooks: Talk's signature has no time in it, so this is what refuses a replay. */
export class SeenRandoms {
  readonly #most: number
  readonly #seen = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  /** False if it was seen before. */
  add(random: string): boolean {
    if (this.#seen.has(random)) return false
    const [oldest] = this.#seen
    if (this.#seen.size >= this.#most && oldest !== undefined) this.#seen.delete(oldest)
    this.#seen.add(random)
    return true
  }
}
