import * as z from 'zod'
import { effectSchema } from '../protocol/action.ts'
import { sha256HexSchema } from '../protocol/identifiers.ts'

const spentSchema = z.partialRecord(effectSchema, z.int().min(0))

/** What has happened so far, which a decision may depend on. Whoever calls `decide` keeps these counts; the broker keeps its own. */
export const decisionContextSchema = z.strictObject({
  /** Calls of each effect that ran in this task, and today. */
  spent: z.strictObject({ task: spentSchema, day: spentSchema }),
  /** Questions already put to people in this task, and in the last hour. */
  questions: z.strictObject({ task: z.int().min(0), hour: z.int().min(0) }),
  /** `endorsementKey` of each datum that a person trusted for this task. */
  endorsed: z.array(z.string().max(70_000)).max(1000),
  /** SHA-256 of the one action that a person approved and that has not run yet. */
  approved: sha256HexSchema.optional(),
})

export type DecisionContext = Readonly<z.infer<typeof decisionContextSchema>>

/** The context of a task's first call: nothing spent, nothing asked, nothing endorsed. */
export const emptyContext: DecisionContext = { spent: { task: {}, day: {} }, questions: { task: 0, hour: 0 }, endorsed: [] }
