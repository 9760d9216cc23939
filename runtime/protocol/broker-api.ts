import * as z from 'zod'
import { actionSchema } from './action.ts'
import { nextcloudCallSchema } from './broker-nextcloud.ts'
import { credentialHandleSchema, sha256HexSchema, tokenSchema } from './identifiers.ts'
import { jsonValueSchema } from './json-value.ts'
import { labelSchema } from './label.ts'

/**
 * The broker's socket: the agent's only way to a credential, to Nextcloud and to models. Messages are framed by `broker-frame.ts`:
 * a header of these schemas, the body's raw bytes, an end. One request at a time on a connection; `hello` is the first.
 */
export const brokerLimits = {
  /** Body of a request. */
  requestBodyBytes: 16 * 1024 * 1024,
  /** Body of an answer. */
  responseBodyBytes: 32 * 1024 * 1024,
  connections: 32,
} as const

const taskSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const roomSchema = z.string().regex(/^[A-Za-z0-9]{1,32}$/)
const headersSchema = z.array(z.tuple([z.string().min(1).max(64), z.string().max(1024)])).max(16)

/** What the broker asks when its judge wants a person's word: this action, or trust in the value of one argument for the task. */
const questionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('action') }),
  z.strictObject({ kind: z.literal('datum'), argument: z.string().min(1).max(64) }),
])

/** What every judged call tells: the task it belongs to, the action it is, the room where a question may be asked. */
const judgedFields = {
  task: taskSchema,
  action: actionSchema,
  room: roomSchema.optional(),
  question: questionSchema.optional(),
}

export const brokerRequestSchema = z.discriminatedUnion('operation', [
  z.strictObject({ operation: z.literal('hello'), token: tokenSchema }),
  z.strictObject({ operation: z.literal('status') }),
  z.strictObject({
    operation: z.literal('perform'),
    ...judgedFields,
    handle: credentialHandleSchema,
    request: z.strictObject({ method: z.string().min(1).max(16), url: z.string().min(1).max(4096), headers: headersSchema }),
  }),
  z.strictObject({
    operation: z.literal('callModel'),
    target: z.enum(['planner', 'local']),
    task: taskSchema,
    purpose: z.enum(['plan', 'read', 'classify']),
    topics: z.array(z.enum(['credentials', 'staff', 'health', 'money', 'law'])).max(5),
    /** Did a person open untrusted text to the planner in this conversation? */
    opened: z.boolean(),
    /** Join of the labels of everything in the prompt. */
    label: labelSchema,
    path: z.string().regex(/^\/[a-z0-9/_-]{1,128}$/),
  }),
  z.strictObject({
    operation: z.literal('callNextcloud'),
    call: nextcloudCallSchema,
    task: taskSchema,
    /** Needed for whatever is not a mere read. */
    action: actionSchema.optional(),
    room: roomSchema.optional(),
    question: questionSchema.optional(),
  }),
  z.strictObject({
    operation: z.literal('verifyWebhook'),
    random: z.string().min(1).max(256),
    signature: z.string().min(1).max(256),
  }),
  z.strictObject({
    operation: z.literal('signReply'),
    ...judgedFields,
    room: roomSchema,
    message: z.string().min(1).max(32_000),
    replyTo: z.int().min(1).optional(),
    silent: z.boolean().optional(),
    referenceId: sha256HexSchema.optional(),
  }),
])

/** Why something was not done. `code` is stable; `message` a sentence without secrets; `details` depend on the code. */
export const brokerErrorSchema = z.strictObject({
  code: z.string().regex(/^[a-z0-9-]{1,64}$/),
  message: z.string().max(1024),
  retryAfterMs: z.int().min(0).optional(),
  /** The judge's hints for a planner: trusted text. */
  alternatives: z.array(z.string().max(512)).max(16).optional(),
  /** A question that was put to people: answered when a later `verifyWebhook` or `status` says so. */
  question: z.strictObject({ code: z.string().max(16), expiresAt: z.string().max(32) }).optional(),
})

export const brokerResponseSchema = z.union([
  z.strictObject({
    ok: z.literal(true),
    kind: z.literal('http'),
    status: z.int().min(100).max(599),
    headers: z.array(z.tuple([z.string(), z.string()])).max(64),
  }),
  z.strictObject({ ok: z.literal(true), kind: z.literal('result'), result: jsonValueSchema }),
  z.strictObject({ ok: z.literal(false), error: brokerErrorSchema }),
])

/** Last frame of an answer: was the body whole? */
export const brokerEndSchema = z.union([
  z.strictObject({ complete: z.literal(true) }),
  z.strictObject({ complete: z.literal(false), error: brokerErrorSchema }),
])

export type BrokerRequest = Readonly<z.infer<typeof brokerRequestSchema>>
export type BrokerOperation = BrokerRequest['operation']
export type RequestOf<Operation extends BrokerOperation> = Extract<BrokerRequest, { readonly operation: Operation }>
export type BrokerError = Readonly<z.infer<typeof brokerErrorSchema>>
export type BrokerResponse = Readonly<z.infer<typeof brokerResponseSchema>>
export type BrokerEnd = Readonly<z.infer<typeof brokerEndSchema>>
