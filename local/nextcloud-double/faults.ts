import * as z from 'zod'
import { davFailure, unrecorded, type Answer } from './answer.ts'

const match = {
  method: z.string().max(16).optional(),
  /** Start of the path as sent. */
  path: z.string().max(1024).default('/'),
  /** User id of the Basic credential. */
  account: z.string().max(64).optional(),
  /** How many exchanges it meets before it ends; absent: until it is cleared. */
  times: z.int().min(1).optional(),
}

/**
 * A fault on demand. `slow` waits first; `status` answers with that status (429 and 503 with Retry-After where given; 423 as a
 * lock); `maintenance` is Nextcloud's maintenance mode; `cut` does what was asked and ends the connection after `afterBytes`
 * bytes of the answer, head included; `drop` ends the connection before anything is done.
 */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...match, kind: z.literal('slow'), delayMs: z.int().min(0).max(600_000) }),
  z.strictObject({ ...match, kind: z.literal('status'), status: z.int().min(400).max(599), retryAfterSeconds: z.int().min(0).optional() }),
  z.strictObject({ ...match, kind: z.literal('maintenance') }),
  z.strictObject({ ...match, kind: z.literal('cut'), afterBytes: z.int().min(0) }),
  z.strictObject({ ...match, kind: z.literal('drop') }),
])

export type Fault = Readonly<z.infer<typeof faultSchema>>
export type FaultInput = Readonly<z.input<typeof faultSchema>>

/** The faults now in force. Kept in memory: a restart clears them. */
export class Faults {
  #active: readonly Fault[] = []

  add(input: FaultInput): void {
    this.#active = [...this.#active, faultSchema.parse(input)]
  }

  clear(): void {
    this.#active = []
  }

  list(): readonly Fault[] {
    return this.#active
  }

  /** The faults that meet this exchange, each counted. */
  take(method: string, path: string, account: string | null): readonly Fault[] {
    const meets = (fault: Fault): boolean =>
      path.startsWith(fault.path) &&
      (fault.method === undefined || fault.method === method) &&
      (fault.account === undefined || fault.account === account)
    const met = this.#active.filter(meets)
    this.#active = this.#active.flatMap((fault) => (met.includes(fault) ? lessOnce(fault) : [fault]))
    return met
  }
}

function lessOnce(fault: Fault): readonly Fault[] {
  if (fault.times === undefined) return [fault]
  return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []
}

function retryAfter(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}

/** What a fault answers in place of Nextcloud's own answer; undefined when it leaves the answer alone. */
export function faultAnswer(fault: Fault): Answer | undefined {
  if (fault.kind === 'maintenance') {
    const answer = davFailure(503, 'Sabre\\DAV\\Exception\\ServiceUnavailable', 'System is in maintenance mode.')
    return unrecorded({ ...answer, headers: { ...answer.headers, 'x-nextcloud-maintenance-mode': '1', 'retry-after': '120' } })
  }
  if (fault.kind !== 'status') return undefined
  if (fault.status === 423) return unrecorded(davFailure(423, 'OCA\\DAV\\Connector\\Sabre\\Exception\\FileLocked', 'the file is locked'))
  const headers = { 'content-type': 'application/json; charset=utf-8', ...retryAfter(fault.retryAfterSeconds) }
  return unrecorded({ status: fault.status, headers, body: '[]' })
}
