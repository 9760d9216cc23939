import { setTimeout as sleep } from 'node:timers/promises'
import { isApiError } from '../../operator/cluster/api-error.ts'
import type { EngineLog } from '../../operator/controller/engine-log.ts'
import { mergePatch, strategicMergePatch, type KubernetesClient } from '../kubernetes/client.ts'
import { nodeName, nodeObject, nodeStatus, type NodeFacts } from './node-object.ts'

export interface NodeLife {
  /** As the kubelet. */
  readonly kubelet: KubernetesClient
  /** As virt-handler, which tells KubeVirt that the node can run machines. */
  readonly handler: KubernetesClient
  readonly facts: NodeFacts
  readonly log: EngineLog
  readonly signal: AbortSignal
}

const nodePath = `/api/v1/nodes/${nodeName}`
const leasesPath = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
/** A kubelet's own pace; the node counts as lost after 40 s. */
const beatMs = 10_000

/** Makes the Node, or takes over an earlier one, and marks it ready. */
export async function registerNode({ kubelet, facts, signal }: NodeLife): Promise<void> {
  const created = await kubelet.request('POST', '/api/v1/nodes', { body: nodeObject(facts), signal }).catch((error: unknown) => {
    if (isApiError(error, 409)) return undefined
    throw error
  })
  if (created === undefined) {
    await kubelet.request('PATCH', nodePath, { body: { metadata: { labels: facts.labels } }, contentType: mergePatch, signal })
  }
}

/** Renews the node's Lease, its conditions and virt-handler's heartbeat until the signal is aborted. A beat that fails is logged and tried again. */
export async function keepNodeAlive(life: NodeLife): Promise<void> {
  while (!life.signal.aborted) {
    await beat(life).catch((error: unknown) => {
      if (!life.signal.aborted) life.log.warn({ err: error }, 'heartbeat of the node failed, trying again')
    })
    await sleep(beatMs, undefined, { signal: life.signal }).catch(() => undefined)
  }
}

/** One heartbeat: after the first the node can be used. */
export async function beat({ kubelet, handler, facts, signal }: NodeLife): Promise<void> {
  const now = new Date()
  const heartbeat = {
    labels: { 'kubevirt.io/schedulable': 'true' },
    annotations: { 'kubevirt.io/heartbeat': now.toISOString().replace(/\.\d+Z$/, 'Z') },
  }
  await Promise.all([
    kubelet.request('PATCH', `${nodePath}/status`, { body: { status: nodeStatus(facts, now) }, contentType: strategicMergePatch, signal }),
    handler.request('PATCH', nodePath, { body: { metadata: heartbeat }, contentType: mergePatch, signal }),
    renewLease(kubelet, now, signal),
  ])
}

async function renewLease(kubelet: KubernetesClient, now: Date, signal: AbortSignal): Promise<void> {
  const spec = { holderIdentity: nodeName, leaseDurationSeconds: 40, renewTime: now.toISOString().replace('Z', '000Z') }
  try {
    await kubelet.request('PATCH', `${leasesPath}/${nodeName}`, { body: { spec }, contentType: mergePatch, signal })
  } catch (error) {
    if (!isApiError(error, 404)) throw error
    await kubelet.request('POST', leasesPath, { body: { metadata: { name: nodeName }, spec }, signal })
  }
}
