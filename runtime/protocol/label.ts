import * as z from 'zod'

/** Most sources a label names. A join keeps the first in order: sources are for people, no rule reads them. */
export const labelSourceLimit = 64

export const integritySchema = z.enum(['trusted', 'untrusted'])
export const sensitivitySchema = z.enum(['public', 'internal', 'sensitive'])
export const readersSchema = z.union([z.literal('all'), z.array(z.string().min(1).max(256)).max(10_000)])

/**
 * What is known of a value's origin, in the terms of information-flow control.
 *
 * `integrity`: may its author steer the agent? `sensitivity`: which models and destinations may see it?
 * `readers`: user ids that could read it anyway, or `all`. `sources`: where it came from, for people, at most 64.
 * Lists are sorted and free of repetitions, so that equal labels have equal canonical bytes.
 */
export const labelSchema = z.strictObject({
  integrity: integritySchema,
  sensitivity: sensitivitySchema,
  readers: readersSchema,
  sources: z.array(z.string().min(1).max(512)).max(labelSourceLimit),
})

export type Integrity = z.infer<typeof integritySchema>
export type Sensitivity = z.infer<typeof sensitivitySchema>
export type Readers = Readonly<z.infer<typeof readersSchema>>
export type Label = Readonly<z.infer<typeof labelSchema>>
