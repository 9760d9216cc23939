import { randomBytes } from 'node:crypto'
import { cachesOf, createStores } from '../../../operator/assembly/stores.ts'
import { kinds } from '../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../operator/cluster/kubernetes-object.ts'
import type { ScopedStores } from '../../../operator/controller/scoped-stores.ts'
import type { Entry } from '../../../operator/controller/source.ts'
import type { Store } from '../../../operator/controller/store.ts'
import type { Notice } from '../../../operator/reconcile/notice.ts'
import type { ObservedObject } from '../../../operator/reconcile/observed-object.ts'
import { projectMoltagent } from '../../../operator/reconcile/project-moltagent.ts'
import { projectObject } from '../../../operator/reconcile/project-object.ts'
import { reconcile } from '../../../operator/reconcile/reconcile.ts'
import type { ReconcileContext, ReconcileConfiguration } from '../../../operator/reconcile/context.ts'
import { foundationFacts } from '../desired-facts.ts'
import { manualClock, type ManualClock } from '../manual-clock.ts'
import { silentLog } from '../silent-log.ts'
import type { FakeApi } from './fake-api.ts'

export const home = 'moltagent-system'
export const team = 'team-a'

export interface FakeOperator {
  /** Reconciles whatever is waiting, over and over, until nothing is. */
  readonly settle: () => Promise<void>
  readonly force: (key: string) => Promise<void>
  readonly notices: readonly Notice[]
  readonly stop: () => void
}

interface Options {
  readonly clock?: ManualClock
  readonly configuration?: Partial<ReconcileConfiguration>
}

/** The operator's reconcile over the double of the API server; a new one knows only what it finds there, as after a restart. */
export function fakeOperator(api: FakeApi, { clock = manualClock(), configuration = {} }: Options = {}): FakeOperator {
  const waiting = new Set<string>()
  const notices: Notice[] = []
  let running = true
  const queue = { add: (key: string) => void waiting.add(key), addAfter: (key: string) => void waiting.add(key) }
  const stores = createStores(queue, () => {})
  const children: Readonly<Record<string, ScopedStores<ObservedObject>>> = {
    NetworkPolicy: stores.policies,
    PersistentVolumeClaim: stores.claims,
    Service: stores.services,
    VirtualMachine: stores.machines,
    VirtualMachineInstance: stores.instances,
    Secret: stores.secrets,
  }
  const take = (object: KubernetesObject, deleted: boolean): void => {
    const feed = <T extends Entry>(store: Store<T> | undefined, entry: T): void => (deleted ? store?.deleted(entry) : store?.stored(entry))
    const scope = object.kind === kinds.secret.kind ? (object.metadata.namespace ?? '') : ''
    if (!running) return
    if (object.kind === kinds.moltagent.kind) feed(stores.moltagents.open(''), projectMoltagent(object))
    else if (children[object.kind] !== undefined) feed(children[object.kind]?.open(scope), projectObject(asWatched(object)))
  }
  for (const object of api.all()) take(object, false)
  for (const namespace of [home, team])
    stores.secrets.open(namespace).finishList(new Set([...stores.secrets.open(namespace).values()].map(({ key }) => key)), '0')
  api.onChange(take)
  const context: ReconcileContext = {
    cluster: api.cluster,
    caches: cachesOf(stores),
    clock,
    log: silentLog,
    notify: (notice) => void notices.push(notice),
    randomToken: (bytes) => randomBytes(bytes).toString('base64url'),
    normalised: new Map(),
    configuration: {
      namespace: home,
      desired: foundationFacts.configuration,
      gatewayAddresses: ['10.96.2.1'],
      authorityDays: 3650,
      leafDays: 365,
      waitingMs: 1000,
      resyncMs: 600_000,
      ...configuration,
    },
  }
  const settle = async (): Promise<void> => {
    for (let round = 0; waiting.size > 0; round += 1) {
      if (round > 50) throw new Error(`not settled after 50 rounds: ${[...waiting].join(', ')} keep coming back`)
      const keys = [...waiting]
      waiting.clear()
      for (const key of keys) await reconcile(context, key)
    }
  }
  const force = (key: string): Promise<void> => reconcile(context, key).then(() => settle())
  return { settle, force, notices, stop: () => (running = false) }
}

/** Of Secrets, a watch shows the metadata. */
function asWatched(object: KubernetesObject): KubernetesObject {
  if (object.kind !== kinds.secret.kind) return object
  const { apiVersion, kind, metadata } = object
  return { apiVersion, kind, metadata }
}
