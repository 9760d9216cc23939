import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'
import { countField, instantField, shortText } from './status-fields.ts'

const isolation = z
  .object({
    at: instantField('When the probe ran.'),
    forbidden: countField('How many forbidden edges were tried.'),
    open: z.array(z.string().max(128)).max(256).default([]).meta(kubernetesMeta('Which of them were open.')),
  })
  .meta(kubernetesMeta("What the machine's own probe found."))

/** `status.vms.<role>`. */
export const machineStatusSchema = z
  .object({
    state: shortText("KubeVirt's word for it, such as Running, Starting or Stopped.", 64),
    image: shortText('The image it runs, by digest.', 512).optional(),
    variant: shortText('`double` where a stand-in for Nextcloud runs, in tests and demos.', 32).optional(),
    ip: shortText("The pod's address.", 45).optional(),
    since: instantField('When it entered the state.').optional(),
    isolation: isolation.optional(),
  })
  .meta(kubernetesMeta('One machine.'))

export type MachineStatus = Readonly<z.infer<typeof machineStatusSchema>>
