import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'
import { instantField, shortText } from './status-fields.ts'

/** `metav1.Condition`. Types and reasons of ours are in condition-types.ts and condition-reasons.ts; others' are kept. */
export const conditionSchema = z
  .object({
    type: shortText('What the condition is about.', 316),
    status: z.enum(['True', 'False', 'Unknown']),
    observedGeneration: z.int().min(0).optional(),
    lastTransitionTime: instantField('When status last changed.'),
    reason: shortText('A stable word for programs.', 1024),
    message: shortText('A sentence for people.', 32_768),
  })
  .meta(kubernetesMeta('One condition.'))

export type Condition = Readonly<z.infer<typeof conditionSchema>>
