import * as z from 'zod'

/**
 * What is known of a value's origin, in the terms of information-flow control.
 *
 * `integrity`: may its author steer the agent? `sensitivity`: which models and destinations may see it?
 * `readers`: user ids that could read it anyway, or `all`. `sources`: where it came from, for people, at most 64.
 */
export const labelSchema = z.strictObject({
  integrity: z.enum(['trusted', 'untrusted']),
  sensitivity: z.enum(['public', 'internal', 'sensitive']),
  readers: z.union([z.literal('all'), z.array(z.string().min(1).max(256)).max(10_000)]),
  sources: z.array(z.string().min(1).max(512)).max(64),
})

export type Label = Readonly<z.infer<typeof labelSchema>>
