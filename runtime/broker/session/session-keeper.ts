import { RevokedError, type GatewayClient } from './gateway-client.ts'
import type { KillSwitch } from '../kill-switch.ts'
import type { SecretStore } from '../secrets/secret-store.ts'

export interface SessionKeeperOptions {
  readonly gateway: Pick<GatewayClient, 'renew'>
  readonly store: SecretStore
  readonly killSwitch: KillSwitch
  readonly renewMs: number
  /** How long a session lives without renewal: then everything is forgotten. */
  readonly sessionMs: number
  readonly monotonicMs: () => number
  readonly onFailure: (error: unknown) => void
}

/** Renews the session, knows which credentials are active, and pulls the kill switch when the gateway says so or says nothing for too long. */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions
  #active: ReadonlySet<string> = new Set()
  readonly #gone = new Set<string>()
  #renewedAt: number
  #timer: NodeJS.Timeout | undefined

  constructor(options: SessionKeeperOptions) {
    this.#options = options
    this.#renewedAt = options.monotonicMs()
    options.killSwitch.signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true })
  }

  /** Renews once, so that the active credentials are known, then for ever. */
  async start(): Promise<void> {
    this.#renewedAt = this.#options.monotonicMs()
    await this.#renewOnce()
    this.#schedule()
  }

  /** May this credential be used? Only if the gateway's last word names it, and its entry was never found gone. */
  isActive(handle: string): boolean {
    return this.#active.has(handle) && !this.#gone.has(handle) && !this.#hasLapsed()
  }

  active(): readonly string[] {
    return [...this.#active].filter((handle) => this.isActive(handle))
  }

  /** Its entry is no longer shared: it is not used again, and the gateway is told with the next renewal, which is now. */
  entryGone(handle: string): void {
    if (this.#gone.has(handle)) return
    this.#gone.add(handle)
    clearTimeout(this.#timer)
    void this.#renewOnce().finally(() => this.#schedule())
  }

  #hasLapsed(): boolean {
    return this.#options.monotonicMs() - this.#renewedAt >= this.#options.sessionMs
  }

  #schedule(): void {
    const { killSwitch, renewMs, sessionMs, monotonicMs } = this.#options
    if (killSwitch.pulled() !== undefined) return
    clearTimeout(this.#timer)
    const leftMs = Math.max(0, this.#renewedAt + sessionMs - monotonicMs())
    this.#timer = setTimeout(() => void this.#renewOnce().finally(() => this.#schedule()), Math.min(renewMs, leftMs))
  }

  /** Never rejects. */
  async #renewOnce(): Promise<void> {
    const { gateway, store, killSwitch, sessionMs, monotonicMs, onFailure } = this.#options
    if (this.#hasLapsed()) return killSwitch.pull('session-lapsed')
    const leftMs = Math.max(1, this.#renewedAt + sessionMs - monotonicMs())
    const signal = AbortSignal.any([killSwitch.signal, AbortSignal.timeout(Math.ceil(leftMs))])
    try {
      const { response, session } = await gateway.renew(store.session(), [...this.#gone], signal)
      store.renewSession(session)
      this.#active = new Set(response.handles)
      this.#renewedAt = monotonicMs()
    } catch (error) {
      onFailure(error)
      if (error instanceof RevokedError) killSwitch.pull('revoked')
      else if (this.#hasLapsed()) killSwitch.pull('session-lapsed')
    }
  }
}
