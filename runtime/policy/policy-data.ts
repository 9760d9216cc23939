import * as z from 'zod'
import { argumentRoleSchema, effectSchema, toolNameSchema } from '../protocol/action.ts'
import { sensitivitySchema } from '../protocol/label.ts'

/** What a tool declares. Nothing outside its declaration is ever permitted. */
const toolPolicySchema = z.strictObject({
  effect: effectSchema,
  arguments: z.record(z.string().min(1).max(64), argumentRoleSchema),
  /** Where its egress goes when no argument says so, such as the conversation's room. */
  destination: z.string().min(1).max(256).optional(),
  /** Effect of a call that names nobody though the tool declares destinations: an event without participants is written, not sent. */
  effectWithoutDestination: effectSchema.optional(),
  /** A person is asked each time, whatever the labels: public links, for example. */
  alwaysAsk: z.boolean().optional(),
})

/** A destination the operators vouch for: policy.destinations, or a contact in the book they share with the agent. */
const destinationSchema = z.strictObject({
  id: z.string().min(1).max(256),
  /** The most sensitive content it may get without a question. */
  clearance: sensitivitySchema,
})

/** What is asked of a call of one effect before it runs without a question. An effect without an entry is never permitted. */
const effectRequirementsSchema = z.strictObject({
  /** Roles whose values must be trusted, listed or endorsed. */
  trustedRoles: z.array(argumentRoleSchema).max(4),
  /** Must the decision to make the call have come from trusted text alone? */
  trustedControl: z.boolean(),
  /** Must the destination be among the content's readers and cleared for its sensitivity? */
  confidential: z.boolean(),
  /** Does untrusted content that carries a link need a person's word? */
  linksAsk: z.boolean(),
})

const capsSchema = z.partialRecord(effectSchema, z.int().min(0).max(1_000_000))

export const policyDataSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tools: z.record(toolNameSchema, toolPolicySchema),
  effects: z.partialRecord(effectSchema, effectRequirementsSchema),
  destinations: z.array(destinationSchema).max(20_000),
  /** Clearance of a destination that is not listed, by the integrity of the value that names it. */
  clearances: z.strictObject({ trusted: sensitivitySchema, untrusted: sensitivitySchema }),
  caps: z.strictObject({ task: capsSchema, day: capsSchema }),
  questions: z.strictObject({ perTask: z.int().min(0).max(100), perHour: z.int().min(0).max(1000) }),
})

export type ToolPolicy = Readonly<z.infer<typeof toolPolicySchema>>
export type EffectRequirements = Readonly<z.infer<typeof effectRequirementsSchema>>
export type PolicyData = Readonly<z.infer<typeof policyDataSchema>>
