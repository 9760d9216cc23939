import type { Connection } from '../cluster/connection.ts'
import { kinds, type Kind } from '../cluster/kinds.ts'
import type { KubernetesObject } from '../cluster/kubernetes-object.ts'
import { watchSource } from '../cluster/watch-source.ts'
import type { BackOff } from '../controller/back-off.ts'
import type { Clock } from '../controller/clock.ts'
import type { EngineLog } from '../controller/engine-log.ts'
import { reflect } from '../controller/reflector.ts'
import { everywhere, type ScopedStores } from '../controller/scoped-stores.ts'
import type { Entry } from '../controller/source.ts'
import { projectMoltagent } from '../reconcile/project-moltagent.ts'
import { projectObject } from '../reconcile/project-object.ts'
import type { Stores } from './stores.ts'
import type { WatchSettings } from './watch-options.ts'

export interface WatchWorld {
  readonly connection: Connection
  readonly clock: Clock
  readonly log: EngineLog
  readonly settings: WatchSettings
  readonly backOff: BackOff
}

/** Watches of everything a reconcile reads, but Secrets: those are watched only where a Moltagent is. */
export function startWatches(world: WatchWorld, stores: Stores, namespaces: readonly string[], signal: AbortSignal): Promise<void> {
  const scopes = namespaces.length === 0 ? [everywhere] : namespaces
  const running = scopes.flatMap((scope) => [
    watch(world, { kind: kinds.moltagent, scope, stores: stores.moltagents, project: projectMoltagent }, signal),
    ...childWatches(stores).map(({ kind, store }) => watch(world, { kind, scope, stores: store, project: projectObject }, signal)),
  ])
  return Promise.all(running).then(() => undefined)
}

const childWatches = (stores: Stores) => [
  { kind: kinds.networkPolicy, store: stores.policies },
  { kind: kinds.claim, store: stores.claims },
  { kind: kinds.service, store: stores.services },
  { kind: kinds.virtualMachine, store: stores.machines },
  { kind: kinds.virtualMachineInstance, store: stores.instances },
]

interface Watched<T extends Entry> {
  readonly kind: Kind
  readonly scope: string
  readonly stores: ScopedStores<T>
  readonly project: (object: KubernetesObject) => T
  readonly metadataOnly?: boolean
  readonly onSynced?: () => void
}

export function watch<T extends Entry>(world: WatchWorld, watched: Watched<T>, signal: AbortSignal): Promise<void> {
  const { settings, connection, clock, log, backOff } = world
  const source = watchSource<T>({
    connection,
    kind: watched.kind,
    namespace: watched.scope === everywhere ? undefined : watched.scope,
    metadataOnly: watched.metadataOnly ?? false,
    project: watched.project,
    random: backOff.random,
    ...settings,
  })
  const { onSynced } = watched
  const store = watched.stores.open(watched.scope)
  return reflect({ source, store, clock, log, backOff, idleMs: settings.idleMs, ...(onSynced !== undefined && { onSynced }) }, signal)
}
