import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'

const labelText = z.string().max(316)
const labelValue = z.string().max(63)

/** Kubernetes' LabelSelector. `{}` selects everything. */
export const labelSelectorSchema = (description: string) =>
  z
    .object({
      matchLabels: z.record(z.string(), labelValue).optional(),
      matchExpressions: z
        .array(
          z
            .object({
              key: labelText.min(1),
              operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
              values: z.array(labelValue).max(32).optional(),
            })
            .meta(
              kubernetesMeta('One requirement.', [
                {
                  rule: "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
                  message: 'In and NotIn need `values`; Exists and DoesNotExist take none',
                },
              ]),
            ),
        )
        .max(16)
        .optional(),
    })
    .meta(kubernetesMeta(description))

export type LabelSelector = Readonly<z.infer<ReturnType<typeof labelSelectorSchema>>>
