import * as z from 'zod'
import { phpRecord } from './ocs.ts'

const actorSchema = z.object({ type: z.string(), id: z.string(), name: z.string(), talkParticipantType: z.string().optional() })

/** `content` of a note is JSON in a string. */
const contentSchema = z.object({
  message: z.string(),
  parameters: phpRecord(z.looseObject({ type: z.string(), id: z.string(), name: z.string() })),
})

function fromJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'content is not JSON' })
    return z.NEVER
  }
}

const noteSchema = z.object({
  type: z.literal('Note'),
  id: z.string(),
  name: z.string(),
  content: z.string().transform(fromJson).pipe(contentSchema),
  mediaType: z.string(),
})

const answeredSchema = z.object({ actor: actorSchema, object: noteSchema })
const roomSchema = z.object({ type: z.literal('Collection'), id: z.string().min(1), name: z.string() })

/** What Talk sends to a bot (recorded). `Create` is somebody's message; its `actor.id` is like `users/alice`. */
export const talkWebhookSchema = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['Join', 'Leave']), actor: actorSchema, object: roomSchema }),
  z.object({
    type: z.enum(['Create', 'Activity']),
    actor: actorSchema,
    object: noteSchema.extend({ inReplyTo: answeredSchema.optional() }),
    target: roomSchema,
  }),
])
