import * as z from 'zod'
import { kubernetesMeta, setListMeta } from './cel-rule.ts'

/** `spec.policy`: limits of what the agent may do by itself. */
export const policySpecSchema = z
  .object({
    approvalsPerTask: z.int32().min(0).max(100).default(3).meta(kubernetesMeta('Questions to people in one task; after that it refuses.')),
    approvalSeconds: z.int32().min(10).max(3600).default(300).meta(kubernetesMeta('How long a question can be answered.')),
    tokensPerDay: z.int32().min(0).default(500_000).meta(kubernetesMeta('Tokens of the planner in a day; 0 is none.')),
    destinations: z
      .array(z.string().min(1).max(256))
      .max(256)
      .default([])
      .meta(setListMeta('Destinations that need no question: user ids, or places such as "deck:Team board".')),
  })
  .meta(kubernetesMeta('Limits of what the agent may do by itself.'))
  .prefault({})
