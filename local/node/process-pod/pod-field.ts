import type { Pod } from '../pod.ts'

/** What a `fieldRef` names. Throws for a field that Kubernetes does not offer either. */
export function podField(pod: Pod, fieldPath: string, podIp: string): string {
  const { name, namespace, uid, labels, annotations } = pod.metadata
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': name,
    'metadata.namespace': namespace,
    'metadata.uid': uid,
    'spec.nodeName': pod.spec.nodeName ?? '',
    'spec.serviceAccountName': pod.spec.serviceAccountName,
    'status.podIP': podIp,
    'status.podIPs': podIp,
    'status.hostIP': podIp,
  }
  const [, kind, key] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(fieldPath) ?? []
  const value = kind === undefined || key === undefined ? fields[fieldPath] : ((kind === 'labels' ? labels : annotations)[key] ?? '')
  if (value === undefined) throw new Error(`making the environment of pod ${namespace}/${name}: there is no field ${fieldPath}`)
  return value
}
