import type * as z from 'zod'
import { auditHeadSchema } from '../../protocol/audit-record.ts'
import type { Finding } from './finding.ts'

/** A head known from outside: `status.agent.auditHead`, a file in Nextcloud, what an earlier verification printed. */
export const anchorSchema = auditHeadSchema.pick({ size: true, root: true, key: true }).loose()

export type Anchor = Readonly<z.infer<typeof anchorSchema>>

/** What `moltagent-audit verify` says of a log. */
export interface VerifyReport {
  readonly verdict: 'intact' | 'suspicious' | 'broken'
  readonly origin: string | undefined
  readonly records: number
  /** Records under the last valid checkpoint. */
  readonly signedRecords: number
  /** RFC 6962 root, base64url; absent when damage makes it unknowable. */
  readonly root: string | undefined
  /** The current key, base64url. */
  readonly key: string | undefined
  readonly segments: number
  readonly checkpoints: number
  readonly epochs: number
  readonly anchors: number
  readonly unmatchedIntents: readonly number[]
  readonly findings: readonly Finding[]
}
