import * as z from 'zod'

/** One word for people; programs read the conditions. */
export const phaseSchema = z.enum(['Pending', 'Provisioning', 'Running', 'Suspended', 'Revoked', 'Failed'])

export type Phase = z.infer<typeof phaseSchema>
