import type { Cluster } from '../cluster/api-client.ts'
import type { Clock } from '../controller/clock.ts'
import type { EngineLog } from '../controller/engine-log.ts'
import type { DesiredConfiguration } from '../desired/configuration.ts'
import type { Caches } from './caches.ts'
import type { Notice } from './notice.ts'

export interface ReconcileConfiguration {
  /** The operator's own namespace: keys of instances are there. */
  readonly namespace: string
  readonly desired: DesiredConfiguration
  /** Cluster addresses of the gateway's Service; empty where none is installed. */
  readonly gatewayAddresses: readonly string[]
  readonly authorityDays: number
  readonly leafDays: number
  /** While something waits for the world (a machine, a claim), look again so often even if no event comes. */
  readonly waitingMs: number
  /** Everything is looked at so often, in case an event should ever be missed. */
  readonly resyncMs: number
}

/** Everything a reconcile may touch. */
export interface ReconcileContext {
  readonly cluster: Cluster
  readonly caches: Caches
  readonly configuration: ReconcileConfiguration
  readonly clock: Clock
  readonly log: EngineLog
  /** Tells people by an Event; must not throw. */
  readonly notify: (notice: Notice) => void
  /** Random bytes in base64url; a parameter so that tests can repeat a run. */
  readonly randomToken: (bytes: number) => string
  /** What the server made of objects it stores in another form than we sent them: desired digest by `kind/key`. */
  readonly normalised: Map<string, { readonly sent: string; readonly stored: string }>
}
