import type { BufferedAnswer } from '../http/request-buffered.ts'

export interface AccountWatchOptions {
  /** Asks Nextcloud who the account is. */
  readonly ask: (signal: AbortSignal) => Promise<Pick<BufferedAnswer, 'status' | 'body'>>
  readonly everyMs: number
  readonly signal: AbortSignal
  readonly onRefused: () => void
}

/**
 * Looks after the account while something long is under way: a disabled account is noticed at the next call, but a held stream makes none.
 * Asks nothing while nothing is open.
 */
export class AccountWatch {
  readonly #options: AccountWatchOptions
  #open = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: AccountWatchOptions) {
    this.#options = options
    options.signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true })
  }

  /** Runs `act` under watch. */
  async during<Result>(act: () => Promise<Result>): Promise<Result> {
    this.#open += 1
    if (this.#open === 1) this.#schedule()
    try {
      return await act()
    } finally {
      this.#open -= 1
      if (this.#open === 0) clearTimeout(this.#timer)
    }
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#open > 0 && !this.#options.signal.aborted) this.#timer = setTimeout(() => void this.#check(), this.#options.everyMs)
  }

  /** Never rejects: a Nextcloud that does not answer is no sign of a disabled account. */
  async #check(): Promise<void> {
    const { ask, signal, onRefused } = this.#options
    try {
      const { status, body } = await ask(signal)
      if (status === 401 || (status === 503 && body.includes('DisabledUserException'))) onRefused()
    } catch {
      // Asked again later.
    }
    this.#schedule()
  }
}
