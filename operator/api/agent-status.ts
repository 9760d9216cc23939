import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'
import { countField, instantField, shortText } from './status-fields.ts'

/** `status.agent`: written by the gateway alone, from the runtime's reports. */
export const agentStatusSchema = z
  .object({
    version: shortText('Version of the runtime.', 64).optional(),
    since: instantField('When the runtime started.').optional(),
    lastReport: instantField('When it last reported, to within 10 seconds.').optional(),
    auditHead: z
      .object({
        size: countField('Records in the log.'),
        root: shortText('RFC 6962 root over them, base64url.', 64),
        key: shortText("The log's public key, base64url.", 64),
      })
      .meta(kubernetesMeta('Head of the audit log, anchored here.'))
      .optional(),
    model: z
      .object({ name: shortText('Name of the local model.', 128), state: z.enum(['ready', 'loading', 'failed']) })
      .meta(kubernetesMeta('The local model.'))
      .optional(),
    approvalsPending: countField('Questions that wait for a person.').optional(),
  })
  .meta(kubernetesMeta("What the agent's runtime reports."))

export type AgentStatus = Readonly<z.infer<typeof agentStatusSchema>>
