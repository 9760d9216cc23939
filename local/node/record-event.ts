import { createHash } from 'node:crypto'
import { isApiError } from '../../operator/cluster/api-error.ts'
import { mergePatch, type KubernetesClient } from '../kubernetes/client.ts'

export interface NodeEvent {
  readonly about: {
    readonly apiVersion: string
    readonly kind: string
    readonly namespace: string
    readonly name: string
    readonly uid: string
  }
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Who tells: kubelet, default-scheduler, virt-handler. */
  readonly component: string
}

/** Writes an Event; the same one again only moves its time. An Event that cannot be written is no reason to stop: the answer is false. */
export async function recordEvent(client: KubernetesClient, event: NodeEvent, now: Date): Promise<boolean> {
  const { about, reason, message, type, component } = event
  const name = `${about.name}.${createHash('sha256').update(`${about.uid} ${reason} ${message}`).digest('hex').slice(0, 16)}`
  const path = `/api/v1/namespaces/${about.namespace}/events`
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z')
  const times = { lastTimestamp: time }
  const body = {
    metadata: { name, namespace: about.namespace },
    involvedObject: about,
    type,
    reason,
    message,
    source: { component, host: 'local' },
    count: 1,
    firstTimestamp: time,
    ...times,
  }
  try {
    await client.request('POST', path, { body }).catch((error: unknown) => {
      if (!isApiError(error, 409)) throw error
      return client.request('PATCH', `${path}/${name}`, { body: times, contentType: mergePatch })
    })
    return true
  } catch {
    return false
  }
}
