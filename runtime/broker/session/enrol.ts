import { setTimeout as wait } from 'node:timers/promises'
import type { EnrolRequest } from '../../protocol/gateway-api.ts'
import { RevokedError, type Enrolled, type GatewayClient } from './gateway-client.ts'

export interface EnrolOptions {
  readonly gateway: Pick<GatewayClient, 'enrol'>
  /** Made anew for each try: evidence and audit head grow old. */
  readonly request: () => Promise<EnrolRequest>
  readonly retryMs: number
  readonly signal: AbortSignal
  readonly onWaiting: (reason: string) => void
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown')

/** Asks until the gateway lets this machine in. Rejects with `RevokedError` when it never will, or when `signal` is aborted. */
export async function enrol({ gateway, request, retryMs, signal, onWaiting }: EnrolOptions): Promise<Enrolled> {
  for (;;) {
    let waitMs = retryMs
    try {
      const answer = await gateway.enrol(await request(), signal)
      if (!('state' in answer)) return answer
      onWaiting(answer.reason)
      waitMs = Math.max(answer.retryAfterMs, 100)
    } catch (error) {
      if (error instanceof RevokedError || signal.aborted) throw error
      onWaiting(reasonOf(error))
    }
    await wait(waitMs, undefined, { signal })
  }
}
