/** Who can be at an end of a connection. `people` and `listed` are what the user wrote in `spec.nextcloud.access` and `.egress`. */
export type Party = 'nextcloud' | 'agent' | 'ollama' | 'operator' | 'gateway' | 'people' | 'listed'

/** One line of the traffic matrix: TCP connections that `from` may open to `to`. */
export interface Edge {
  readonly from: Party
  readonly to: Party
  /** Ports of the pod itself, as policies are judged behind the Service; `listed` ports stand beside each range in the resource. */
  readonly ports: readonly number[] | 'listed'
  readonly why: string
  readonly whenRevoked: 'open' | 'closed'
}

/**
 * All traffic there is. Policies, the probes' lists and the documentation's table are made from this; what is not here is closed,
 * in both directions, over IPv4 and IPv6, name resolution included.
 */
export const trafficMatrix = [
  { from: 'agent', to: 'nextcloud', ports: [443], why: 'files, chat, Passwords', whenRevoked: 'closed' },
  { from: 'nextcloud', to: 'agent', ports: [8443], why: "Talk's webhook", whenRevoked: 'closed' },
  { from: 'agent', to: 'ollama', ports: [11434], why: 'inference, with mutual TLS', whenRevoked: 'closed' },
  { from: 'agent', to: 'gateway', ports: [8443, 3128], why: 'enrol, renew, report; egress proxy', whenRevoked: 'closed' },
  { from: 'operator', to: 'nextcloud', ports: [443, 22], why: 'provisioning, revocation', whenRevoked: 'open' },
  { from: 'gateway', to: 'nextcloud', ports: [443], why: 'evidence of isolation', whenRevoked: 'open' },
  { from: 'gateway', to: 'ollama', ports: [11434], why: 'evidence of isolation', whenRevoked: 'open' },
  { from: 'people', to: 'nextcloud', ports: [443], why: 'whom `spec.nextcloud.access` lists', whenRevoked: 'open' },
  { from: 'nextcloud', to: 'listed', ports: 'listed', why: 'what `spec.nextcloud.egress` lists: mail, directory', whenRevoked: 'open' },
] as const satisfies readonly Edge[]

/** The edges there are while the agent is, or is not, revoked. */
export function openEdges(revoked: boolean): readonly Edge[] {
  const edges: readonly Edge[] = trafficMatrix
  return edges.filter((edge) => !revoked || edge.whenRevoked === 'open')
}
