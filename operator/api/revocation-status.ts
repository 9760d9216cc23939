import * as z from 'zod'
import { keyedListMeta, kubernetesMeta } from './cel-rule.ts'
import { countField, instantField, shortText } from './status-fields.ts'

/** In the order in which they are shown; they run at once where they do not depend on each other. */
export const revocationStageSchema = z.enum(['latched', 'gateway', 'network', 'account', 'machine'])

/** `status.revocation`: what is shown of the record that rules. */
export const revocationStatusSchema = z
  .object({
    trigger: shortText('What caused it, such as AccountSecretDeleted.', 128),
    secretUID: shortText('UID of the account Secret that is gone.', 64).optional(),
    readmission: z.int32().min(0).meta(kubernetesMeta('`spec.readmission` at the revocation; a higher value lets the account back in.')),
    at: instantField('When it was noticed.'),
    stages: z
      .array(
        z
          .object({
            name: revocationStageSchema,
            at: instantField('When it had taken effect.'),
            tookMs: countField('Milliseconds from the trigger.'),
          })
          .meta(kubernetesMeta('A stage that has taken effect.')),
      )
      .max(16)
      .default([])
      .meta(keyedListMeta('Stages that have taken effect.', 'name')),
  })
  .meta(kubernetesMeta('The revocation of everything, where there was one.'))

export type RevocationStage = z.infer<typeof revocationStageSchema>
export type RevocationStatus = Readonly<z.infer<typeof revocationStatusSchema>>
