import type { AuditErrorCode } from './audit-socket.ts'

/** The log did not do what was asked. Whoever wanted to act on it must not. */
export class AuditRefusedError extends Error {
  override readonly name = 'AuditRefusedError'
  readonly code: AuditErrorCode

  constructor(code: AuditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
