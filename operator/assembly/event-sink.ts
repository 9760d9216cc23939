import { fieldManagers } from '../api/field-managers.ts'
import { moltagentKind } from '../api/moltagent-kind.ts'
import type { Cluster } from '../cluster/api-client.ts'
import { contentDigest } from '../cluster/content-digest.ts'
import { kinds } from '../cluster/kinds.ts'
import type { KubernetesObject } from '../cluster/kubernetes-object.ts'
import type { Clock } from '../controller/clock.ts'
import type { EngineLog } from '../controller/engine-log.ts'
import type { Notice } from '../reconcile/notice.ts'

interface Options {
  readonly cluster: Pick<Cluster, 'create'>
  readonly clock: Clock
  readonly log: EngineLog
  /** The pod that reports. */
  readonly instance: string
}

/** The same notice again within this time says nothing new. */
const quietMs = 5 * 60_000
const remembered = 1000

/** Sends notices as Events. Losing one is a pity and no error: conditions say the same. */
export function eventSink({ cluster, clock, log, instance }: Options): (notice: Notice) => void {
  const sent = new Map<string, number>()
  return (notice) => {
    const key = `${notice.moltagent.metadata.uid}/${notice.reason}/${notice.message}`
    const nowMs = clock.monotonicMs()
    if (nowMs - (sent.get(key) ?? Number.NEGATIVE_INFINITY) < quietMs) return
    if (sent.size >= remembered) sent.clear()
    sent.set(key, nowMs)
    cluster
      .create(toEvent(notice, clock.now(), instance))
      .catch((error: unknown) => log.debug({ err: error, reason: notice.reason }, 'event was not stored'))
  }
}

function toEvent(notice: Notice, now: Date, instance: string): KubernetesObject {
  const { name, namespace, uid, resourceVersion } = notice.moltagent.metadata
  const { apiVersion, kind } = moltagentKind
  return {
    apiVersion: kinds.event.apiVersion,
    kind: kinds.event.kind,
    metadata: {
      name: `${name}.${contentDigest({ at: now.toISOString(), uid, reason: notice.reason, message: notice.message })
        .toLowerCase()
        .replace(/[^a-z0-9]/g, 'x')}`,
      namespace,
    },
    eventTime: now.toISOString().replace('Z', '000Z'),
    type: notice.type,
    reason: notice.reason,
    action: notice.action,
    note: notice.message.slice(0, 1000),
    regarding: { apiVersion, kind, name, namespace, uid, resourceVersion },
    reportingController: `moltagent.cloud/${fieldManagers.objects}`,
    reportingInstance: instance.slice(0, 128),
  }
}
