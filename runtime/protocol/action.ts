import * as z from 'zod'
import { credentialHandleSchema } from './identifiers.ts'
import { jsonValueSchema } from './json-value.ts'
import { labelSchema } from './label.ts'

/** What a tool's call does to the world. `egress` and `destructive` are consequential. */
export const effectSchema = z.enum(['read', 'write', 'egress', 'destructive'])

/** What an argument decides: where something goes, what is chosen, what is carried, how much. */
export const argumentRoleSchema = z.enum(['destination', 'selector', 'content', 'quantity'])

/** A tool's name: words joined by dots, such as `files.share`. */
export const toolNameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)*$/)
  .max(128)

export const actionArgumentSchema = z.strictObject({
  name: z.string().min(1).max(64),
  role: argumentRoleSchema,
  value: jsonValueSchema,
  label: labelSchema,
})

/**
 * A call about to happen, complete: what is judged, what a person approves, what is logged and what runs are the same bytes
 * (RFC 8785) of this object. `control` is the label of what decided that the call be made: its plan's, joined with the conditions
 * it stands under. `object` binds an approval to the state of what is acted on (its ETag).
 */
export const actionSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: toolNameSchema,
  effect: effectSchema,
  control: labelSchema,
  arguments: z.array(actionArgumentSchema).max(64),
  object: z.strictObject({ id: z.string().min(1).max(1024), etag: z.string().max(256) }).optional(),
  credential: credentialHandleSchema.optional(),
})

export type Effect = z.infer<typeof effectSchema>
export type ArgumentRole = z.infer<typeof argumentRoleSchema>
export type ActionArgument = Readonly<z.infer<typeof actionArgumentSchema>>
export type Action = Readonly<z.infer<typeof actionSchema>>
