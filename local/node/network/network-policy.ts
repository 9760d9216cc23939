import * as z from 'zod'

const labelSelectorSchema = z.object({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(
      z.object({ key: z.string(), operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']), values: z.array(z.string()).optional() }),
    )
    .optional(),
})

const peerSchema = z.strictObject({
  podSelector: labelSelectorSchema.optional(),
  namespaceSelector: labelSelectorSchema.optional(),
  ipBlock: z.object({ cidr: z.string(), except: z.array(z.string()).optional() }).optional(),
})

const portSchema = z.strictObject({
  protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP'),
  port: z.union([z.int(), z.string()]).optional(),
  endPort: z.int().optional(),
})

/**
 * A `networking.k8s.io/v1` NetworkPolicy as the API server stores it. Peers and ports are strict: a field this node does not know
 * could widen or narrow a rule, so such a policy is refused rather than half understood.
 */
export const networkPolicySchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    podSelector: labelSelectorSchema.default({}),
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])).optional(),
    ingress: z.array(z.strictObject({ from: z.array(peerSchema).optional(), ports: z.array(portSchema).optional() })).optional(),
    egress: z.array(z.strictObject({ to: z.array(peerSchema).optional(), ports: z.array(portSchema).optional() })).optional(),
  }),
})

export type LabelSelector = Readonly<z.infer<typeof labelSelectorSchema>>
export type PolicyPeer = Readonly<z.infer<typeof peerSchema>>
export type PolicyPort = Readonly<z.infer<typeof portSchema>>
export type NetworkPolicy = Readonly<z.infer<typeof networkPolicySchema>>

/** A pod as far as policies know it: addresses of both families, and its named ports. */
export interface PolicyPod {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly addresses: readonly string[]
  readonly namedPorts: readonly { readonly name: string; readonly port: number; readonly protocol: PolicyPort['protocol'] }[]
}

export interface PolicyNamespace {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}
