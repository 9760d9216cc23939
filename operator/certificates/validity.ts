/** Guests' clocks may be behind the operator's by this much: a certificate is valid that long before it is made. */
const clockSkewMs = 5 * 60_000

const dayMs = 24 * 60 * 60_000

export interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/** Whole seconds, as X.509 stores them. */
export function validityFrom(now: Date, lifetimeDays: number): Validity {
  const start = Math.floor(now.getTime() / 1000) * 1000
  return { notBefore: new Date(start - clockSkewMs), notAfter: new Date(start + lifetimeDays * dayMs) }
}

/** The instant at which two thirds of the certificate's life are over: from then on it is replaced. */
export function renewalTime(validity: Validity): Date {
  const lifeMs = validity.notAfter.getTime() - validity.notBefore.getTime()
  return new Date(validity.notBefore.getTime() + Math.ceil((lifeMs * 2) / 3))
}

export function isRenewalDue(validity: Validity, now: Date): boolean {
  return now.getTime() >= renewalTime(validity).getTime()
}
