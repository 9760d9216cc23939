import type { CommandWorld } from './command-world.ts'

const quietMs = 5000
const periodMs = 1000

/** Tells once a second how far a long task is, once it takes over five seconds. */
export class Progress {
  readonly #what: string
  readonly #total: number
  readonly #world: Pick<CommandWorld, 'tell' | 'nowMs'>
  readonly #startMs: number
  #done = 0
  #toldMs: number

  constructor(what: string, total: number, world: Pick<CommandWorld, 'tell' | 'nowMs'>) {
    this.#what = what
    this.#total = total
    this.#world = world
    this.#startMs = world.nowMs()
    this.#toldMs = this.#startMs + quietMs - periodMs
  }

  /** So much more is done, which makes `state`. */
  done(amount: number, state: string): void {
    this.#done += amount
    const nowMs = this.#world.nowMs()
    if (nowMs - this.#toldMs < periodMs || this.#done === 0) return
    this.#toldMs = nowMs
    const share = Math.min(1, this.#done / Math.max(1, this.#total))
    const leftS = Math.ceil(((nowMs - this.#startMs) / share - (nowMs - this.#startMs)) / 1000)
    this.#world.tell(`${this.#what}: ${Math.floor(share * 100)} %, ${state}, about ${leftS} s left`)
  }
}
