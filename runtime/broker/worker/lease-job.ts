import type { CredentialBinding } from '../../protocol/runtime-config.ts'
import type { HttpLimits } from '../http/http-limits.ts'
import type { StrictUrl } from '../binding/strict-url.ts'
import type { TlsPeer } from '../http/open-tls.ts'

/**
 * What a worker is told, as the header frame on its standard input. Two secret frames follow (the account's `user:app-password` in
 * base64, and the value of the proxy's session header), then the body's data frames, then the end.
 */
export interface LeaseJob {
  readonly account: string
  readonly binding: CredentialBinding
  /** Nextcloud, where the credential is fetched. */
  readonly vault: TlsPeer
  readonly proxy: TlsPeer
  /** Session headers of the proxy that hold no secret. */
  readonly proxyFields: readonly (readonly [name: string, value: string])[]
  /** PEM trusted for the provider besides nothing else; absent: the platform's authorities. */
  readonly providerAuthority?: string
  readonly request: {
    readonly method: string
    readonly url: StrictUrl
    readonly headers: readonly (readonly [name: string, value: string])[]
  }
  readonly limits: HttpLimits
}

/** Header frame of the worker's answer. Data frames and an end frame follow. */
export interface LeaseHead {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** End frame of the worker's answer. `showMs`: how long Nextcloud took to give the credential. */
export type LeaseEnd =
  | { readonly ok: true; readonly showMs: number }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly showMs: number }
