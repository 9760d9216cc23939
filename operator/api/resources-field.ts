import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'
import { quantityField } from './common-fields.ts'

interface Defaults {
  readonly cpu: number
  readonly memory: string
}

/** What a machine gets. About 240 MiB come on top of its memory for running it. */
export const resourcesField = (description: string, defaults: Defaults) =>
  z
    .object({
      cpu: z.int32().min(1).max(128).default(defaults.cpu).meta(kubernetesMeta('Whole cores of the guest.')),
      memory: quantityField('Memory of the guest.', '256Mi').default(defaults.memory),
    })
    .meta(kubernetesMeta(description))
    .prefault({})
