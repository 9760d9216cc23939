import type { Finding } from './verify/finding.ts'

/** The log's files do not fit together: nothing may be added to it. Keep them, run `moltagent-audit verify`, begin a log elsewhere. */
export class AuditDamagedError extends Error {
  override readonly name = 'AuditDamagedError'
  readonly findings: readonly Finding[]

  constructor(origin: string, why: string, findings: readonly Finding[] = []) {
    const told = findings.slice(0, 3).map(({ message }) => message)
    super(`opening the audit log ${origin}: ${[why, ...told].join('; ')}. Keep its files and run moltagent-audit verify`)
    this.findings = findings
  }
}
