import type { KeyObject } from 'node:crypto'
import type { Logger } from 'pino'
import type { AuditConnection } from './audit-connection.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { BrokerConfig } from './config.ts'
import type { HttpLimits } from './http/http-limits.ts'
import type { Ending, KillSwitch } from './kill-switch.ts'
import type { SecretStore } from './secrets/secret-store.ts'
import type { GatewayClient } from './session/gateway-client.ts'

export interface BrokerWorld {
  readonly config: BrokerConfig
  readonly logger: Logger
  readonly now: () => Date
  readonly monotonicMs: () => number
  readonly bootId: string
  readonly worker: { readonly execPath: string; readonly program: string }
  /** Called at the very end, with everything forgotten. */
  readonly onEnded: (ending: Ending) => void
}

/** What exists before enrolment. */
export interface BrokerParts {
  readonly world: BrokerWorld
  readonly limits: HttpLimits
  readonly audit: AuditConnection
  readonly trail: AuditTrail
  readonly store: SecretStore
  readonly killSwitch: KillSwitch
  readonly gateway: GatewayClient
  readonly key: KeyObject
}
