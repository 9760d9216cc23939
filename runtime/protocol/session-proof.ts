/** What is signed of a request within a session: `target` is its path, or `host:port` for CONNECT. */
export interface SessionProof {
  readonly method: string
  readonly target: string
  /** RFC 3339 in UTC with milliseconds: the gateway refuses what is not of the last 30 s. */
  readonly time: string
  /** Of the raw body; of nothing for CONNECT. */
  readonly bodySha256: string
}

/** Text under the Ed25519 signature in `X-Moltagent-Signature` (base64url), by the key given at enrolment. Time is in `X-Moltagent-Time`. */
export const sessionProofText = ({ method, target, time, bodySha256 }: SessionProof): string =>
  ['moltagent-session-v1', method, target, time, bodySha256].join('\n')
