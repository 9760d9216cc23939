import * as z from 'zod'
import { agentStatusSchema } from './agent-status.ts'
import { keyedListMeta, kubernetesMeta } from './cel-rule.ts'
import { conditionSchema } from './condition.ts'
import { credentialStatusSchema } from './credential-status.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { machineStatusSchema } from './machine-status.ts'
import { phaseSchema } from './phases.ts'
import { revocationStatusSchema } from './revocation-status.ts'
import { instantField, shortText } from './status-fields.ts'

const platform = z
  .object({
    kubernetes: shortText('Version of the API server.', 64).optional(),
    kubevirt: shortText('Version of KubeVirt.', 64).optional(),
    networkPolicyProven: z.boolean().optional().meta(kubernetesMeta('Whether a probe saw the network plugin enforce a policy here.')),
  })
  .meta(kubernetesMeta('What it runs on.'))

const addresses = z.array(z.string().max(45)).max(2)

const services = z
  .object({ nextcloud: addresses.optional(), agent: addresses.optional(), ollama: addresses.optional() })
  .meta(
    kubernetesMeta("Cluster addresses of the machines' Services: machines know each other by them, so a Service comes back with its own."),
  )

const provisionedStep = z
  .object({
    name: shortText('The step, such as account, vault, bot or entry:openai.', 128),
    id: shortText('What it made, where that has an id.', 128).optional(),
    at: instantField('When it was done.'),
  })
  .meta(kubernetesMeta('A step done once inside Nextcloud. One that is found undone later is a revocation, never repaired.'))

/** `status`: what was observed. Every field is optional, because a resource begins without any. */
export const moltagentStatusSchema = z
  .object({
    observedGeneration: z.int().min(0).optional().meta(kubernetesMeta('The generation of spec that this status is about.')),
    phase: phaseSchema.optional(),
    conditions: z.array(conditionSchema).max(32).optional().meta(keyedListMeta('Conditions, as kstatus reads them.', 'type')),
    platform: platform.optional(),
    egress: z.array(z.string().max(64)).max(32).optional().meta(kubernetesMeta('What Nextcloud may reach outside, as network:port.')),
    services: services.optional(),
    vms: z
      .object({ nextcloud: machineStatusSchema.optional(), agent: machineStatusSchema.optional(), ollama: machineStatusSchema.optional() })
      .meta(kubernetesMeta('The three machines.'))
      .optional(),
    provisioned: z.array(provisionedStep).max(256).optional().meta(keyedListMeta('What was made inside Nextcloud.', 'name')),
    credentials: z.array(credentialStatusSchema).max(64).optional().meta(keyedListMeta('State of each credential.', 'name')),
    revocation: revocationStatusSchema.optional(),
    agent: agentStatusSchema.optional(),
  })
  .meta(kubernetesMeta('What was observed.'))

export type MoltagentStatus = DeepReadonly<z.infer<typeof moltagentStatusSchema>>
