import * as z from 'zod'
import { agentSpecSchema } from './agent-spec.ts'
import { keyedListMeta, kubernetesMeta } from './cel-rule.ts'
import { readmissionField } from './common-fields.ts'
import { credentialSpecSchema } from './credential-spec.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { nextcloudSpecSchema } from './nextcloud-spec.ts'
import { ollamaSpecSchema } from './ollama-spec.ts'
import { plannerSpecSchema } from './planner-spec.ts'
import { policySpecSchema } from './policy-spec.ts'
import { specRules } from './spec-rules.ts'

/** `spec`: the single source of the CRD's schema, its defaults and the operator's types. */
export const moltagentSpecSchema = z
  .object({
    suspend: z.boolean().default(false).meta(kubernetesMeta('Halts the three machines. Data and status stay; nothing is revoked.')),
    deletionPolicy: z
      .enum(['Retain', 'Delete'])
      .default('Retain')
      .meta(kubernetesMeta("What happens to Nextcloud's data claim at deletion. The agent's claim (audit log) is always kept.")),
    readmission: readmissionField('a revoked account'),
    nextcloud: nextcloudSpecSchema,
    agent: agentSpecSchema,
    ollama: ollamaSpecSchema,
    planner: plannerSpecSchema,
    credentials: z
      .array(credentialSpecSchema)
      .max(32)
      .default([])
      .meta(keyedListMeta('Credentials that the agent may have used for it, and never sees.', 'name')),
    policy: policySpecSchema,
  })
  .meta(kubernetesMeta('What is wanted.', specRules))

/** `spec` as the API server returns it: defaults filled in. */
export type MoltagentSpec = DeepReadonly<z.infer<typeof moltagentSpecSchema>>
/** `spec` as a person writes it. */
export type MoltagentSpecInput = DeepReadonly<z.input<typeof moltagentSpecSchema>>
export type CredentialSpec = MoltagentSpec['credentials'][number]
