import { encodeBase64 } from './encode-base64.ts'
import { createScrubber, type Scrubber } from './scrubber.ts'

/** What enrolment gives. Every Buffer becomes the store's own. */
export interface EnrolledSecrets {
  readonly account: string
  readonly appPassword: Buffer
  readonly botSecret: Buffer
  readonly session: Buffer
  readonly privateKey: Buffer
}

/**
 * The few secrets that the broker itself holds, for as long as it may: never as strings, never handed out, only copied for one use.
 * A provider's credential is never among them.
 */
export class SecretStore {
  #secrets: EnrolledSecrets | undefined
  #scrubber: Scrubber | undefined

  keep(secrets: EnrolledSecrets): void {
    this.wipe()
    this.#secrets = secrets
    this.#scrubber = createScrubber([secrets.appPassword, secrets.botSecret])
  }

  renewSession(session: Buffer): void {
    const secrets = this.#held()
    secrets.session.fill(0)
    this.#secrets = { ...secrets, session }
  }

  get isEmpty(): boolean {
    return this.#secrets === undefined
  }

  /** Value of `Authorization` for Nextcloud: a copy that the caller zeroes. */
  authorization(): Buffer {
    const { account, appPassword } = this.#held()
    const plain = Buffer.concat([Buffer.from(`${account}:`), appPassword])
    const encoded = encodeBase64(plain)
    const value = Buffer.concat([Buffer.from('Basic '), encoded])
    plain.fill(0)
    encoded.fill(0)
    return value
  }

  /** The session's bytes: a copy that the caller zeroes. */
  session(): Buffer {
    return Buffer.from(this.#held().session)
  }

  /** Runs `use` with the very bytes, which must not be kept. */
  withBotSecret<T>(use: (secret: Buffer) => T): T {
    return use(this.#held().botSecret)
  }

  withPrivateKey<T>(use: (key: Buffer) => T): T {
    return use(this.#held().privateKey)
  }

  /** Finds and blanks the store's secrets in texts. */
  scrubber(): Scrubber {
    if (this.#scrubber === undefined) throw new Error("using the broker's secrets: it has none")
    return this.#scrubber
  }

  /** Zeroes everything. Afterwards the store is empty. */
  wipe(): void {
    const secrets = this.#secrets
    this.#secrets = undefined
    this.#scrubber?.wipe()
    this.#scrubber = undefined
    if (secrets === undefined) return
    for (const bytes of [secrets.appPassword, secrets.botSecret, secrets.session, secrets.privateKey]) bytes.fill(0)
  }

  #held(): EnrolledSecrets {
    if (this.#secrets === undefined) throw new Error("using the broker's secrets: it has none")
    return this.#secrets
  }
}
