import * as z from 'zod'
import { labelsFor } from '../../api/labels.ts'
import type { Moltagent } from '../../api/moltagent.ts'
import { objectNames } from '../../api/object-names.ts'
import { type Role, roles } from '../../api/roles.ts'
import { type KnownLabels, maySelect } from './label-selection.ts'

const selectorSchema = z.object({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z.array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() })).optional(),
})

const storedPolicySchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    podSelector: selectorSchema.default({}),
    ingress: z.array(z.unknown()).default([]),
    egress: z.array(z.unknown()).default([]),
  }),
})

/** A policy of somebody else that adds traffic to one of our machines. */
export interface ForeignPolicy {
  readonly name: string
  readonly roles: readonly Role[]
  readonly directions: readonly ('Ingress' | 'Egress')[]
}

/**
 * Policies in the instance's namespace that widen ours: they add up, so any other one that selects one of our pods and has a rule does.
 * One without rules denies, and may stay. What cannot be read counts as widening everything.
 */
export function foreignPolicies(moltagent: Moltagent, policiesInNamespace: readonly unknown[]): readonly ForeignPolicy[] {
  const own = new Set(roles.map((role) => objectNames.networkPolicy(moltagent.metadata.name, role)))
  return policiesInNamespace
    .map((policy) => widening(policy, moltagent))
    .filter((foreign) => !own.has(foreign.name) && foreign.roles.length > 0 && foreign.directions.length > 0)
}

function widening(policy: unknown, moltagent: Moltagent): ForeignPolicy {
  const parsed = storedPolicySchema.safeParse(policy)
  if (!parsed.success) return { name: nameOf(policy), roles, directions: ['Ingress', 'Egress'] }
  const { metadata, spec } = parsed.data
  return {
    name: metadata.name,
    roles: roles.filter((role) => maySelect(spec.podSelector, podLabels(moltagent, role))),
    directions: (['Ingress', 'Egress'] as const).filter((direction) => spec[direction === 'Ingress' ? 'ingress' : 'egress'].length > 0),
  }
}

/** A machine's pod carries our labels, and under KubeVirt's domain more than is known here. */
function podLabels(moltagent: Moltagent, role: Role): KnownLabels {
  return {
    labels: {
      ...labelsFor(moltagent.metadata, role),
      'kubevirt.io': 'virt-launcher',
      'vm.kubevirt.io/name': objectNames.machine(moltagent.metadata.name, role),
    },
    mayHave: (key) => /(^|\.)kubevirt\.io(\/|$)/.test(key),
  }
}

function nameOf(policy: unknown): string {
  const parsed = z.object({ metadata: z.object({ name: z.string() }) }).safeParse(policy)
  return parsed.success ? parsed.data.metadata.name : '(a policy without a name)'
}
