/** One request to Nextcloud. `path` is percent-encoded and absolute, with its query; never with a host. */
export interface NextcloudRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
  /** A longer answer must be broken off. */
  readonly responseLimitBytes: number
}

/** The answer, whole. Header names are lower-case. */
export interface NextcloudResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * How requests reach Nextcloud: through the broker in the agent, with an account's app password in the operator. The clients here
 * hold no credential. Must not follow redirects; throws when no whole answer came.
 */
export type Send = (request: NextcloudRequest, signal: AbortSignal) => Promise<NextcloudResponse>
