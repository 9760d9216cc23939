/**
 * Why a call failed. `revoked`: the account is disabled, for good until somebody enables it; never repeat. `unauthorised`: the
 * credential is wrong or ended. `conflict`: it exists already, or its folder does not. `precondition-failed`: it changed
 * meanwhile. `maintenance`, `rate-limited`, `locked`, `unavailable`: temporary. `no-answer`: unknown whether it was done.
 */
export type NextcloudFailureKind =
  | 'revoked'
  | 'unauthorised'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'precondition-failed'
  | 'too-large'
  | 'locked'
  | 'rate-limited'
  | 'maintenance'
  | 'unavailable'
  | 'refused'
  | 'bad-answer'
  | 'bad-request'
  | 'no-answer'

export interface NextcloudFailure {
  readonly kind: NextcloudFailureKind
  /** What was being done to what. Holds no content and no credential. */
  readonly doing: string
  readonly status: number | null
  /** When the server asks to wait. */
  readonly retryAfterMs: number | null
  readonly detail: string
}

/** A failed call, with facts in `failure`. */
export class NextcloudError extends Error {
  override readonly name = 'NextcloudError'
  readonly failure: NextcloudFailure

  constructor(failure: NextcloudFailure, options?: ErrorOptions) {
    super(
      `${failure.doing}: ${failure.kind}${failure.status === null ? '' : ` (${failure.status})`}${failure.detail === '' ? '' : `: ${failure.detail}`}`,
      options,
    )
    this.failure = failure
  }
}
