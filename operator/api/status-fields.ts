import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'

/** RFC 3339. Kubernetes checks the form by `format`; the pattern that zod would add is left out of the CRD. */
export const instantField = (description: string): z.ZodString =>
  z
    .string()
    .max(64)
    .refine((value) => !Number.isNaN(Date.parse(value)), 'must be an RFC 3339 instant')
    .meta({ ...kubernetesMeta(description), format: 'date-time' })

export const shortText = (description: string, maxLength = 253): z.ZodString => z.string().max(maxLength).meta(kubernetesMeta(description))

export const countField = (description: string): z.ZodInt => z.int().min(0).meta(kubernetesMeta(description))
