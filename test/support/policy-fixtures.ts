import type { NetworkPolicy, PolicyPod } from '../../local/node/network/network-policy.ts'

/** A pod in namespace `team` that policies know by its label `role`. */
export function podOf(role: string, addresses: readonly string[], namespace = 'team'): PolicyPod {
  return { namespace, name: role, labels: { role }, addresses, namedPorts: [{ name: 'https', port: 443, protocol: 'TCP' }] }
}

/** Default deny for agent and Nextcloud, and one edge between them: TCP 443. */
export const agentToNextcloud: readonly NetworkPolicy[] = [
  policy('default-deny', {
    podSelector: { matchExpressions: [{ key: 'role', operator: 'In', values: ['agent', 'nextcloud'] }] },
    policyTypes: ['Ingress', 'Egress'],
  }),
  policy('agent-to-nextcloud', {
    podSelector: { matchLabels: { role: 'agent' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: { matchLabels: { role: 'nextcloud' } } }], ports: [{ protocol: 'TCP', port: 443 }] }],
  }),
  policy('nextcloud-from-agent', {
    podSelector: { matchLabels: { role: 'nextcloud' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { role: 'agent' } } }], ports: [{ protocol: 'TCP', port: 443 }] }],
  }),
]

export function policy(name: string, spec: NetworkPolicy['spec']): NetworkPolicy {
  return { metadata: { name, namespace: 'team' }, spec }
}
