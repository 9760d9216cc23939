import * as z from 'zod'
import { toolNameSchema } from '../protocol/action.ts'
import { jsonValueSchema } from '../protocol/json-value.ts'
import { answerTypeSchema } from './answer-type.ts'

/** A plan has at most this many steps, those inside loops and branches included. */
export const planStepLimit = 64

const handleSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/, 'must be a handle such as f3')
const fieldSchema = z.string().min(1).max(64)

/** Where a value comes from: the planner's own words, an earlier step, or both put together. */
export type Expression =
  | { kind: 'literal'; value: z.infer<typeof jsonValueSchema> }
  | { kind: 'handle'; handle: string; path?: readonly string[] | undefined }
  | { kind: 'list'; items: readonly Expression[] }
  | { kind: 'record'; fields: Readonly<Record<string, Expression>> }
  | { kind: 'text'; parts: readonly Expression[] }

export const expressionSchema: z.ZodType<Expression> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('literal'), value: jsonValueSchema }),
    z.strictObject({ kind: z.literal('handle'), handle: handleSchema, path: z.array(fieldSchema).max(8).optional() }),
    z.strictObject({ kind: z.literal('list'), items: z.array(expressionSchema).max(64) }),
    z.strictObject({ kind: z.literal('record'), fields: z.record(fieldSchema, expressionSchema) }),
    z.strictObject({ kind: z.literal('text'), parts: z.array(expressionSchema).max(32) }),
  ]),
)

const callSchema = z.strictObject({
  kind: z.literal('call'),
  handle: handleSchema,
  tool: toolNameSchema,
  arguments: z.record(z.string().min(1).max(64), expressionSchema),
})

/** The quarantined model reads `inputs` and answers the planner's `question` in the form of `answer`. */
const readSchema = z.strictObject({
  kind: z.literal('read'),
  handle: handleSchema,
  question: z.string().min(1).max(2000),
  inputs: z.array(expressionSchema).max(32),
  answer: answerTypeSchema,
})

/** One record of a list, chosen by trusted code: the only one whose field equals a value, or the one whose field is greatest or least. */
const selectSchema = z.strictObject({
  kind: z.literal('select'),
  handle: handleSchema,
  from: expressionSchema,
  by: z.discriminatedUnion('way', [
    z.strictObject({ way: z.literal('equals'), field: fieldSchema, value: expressionSchema }),
    z.strictObject({ way: z.literal('extreme'), field: fieldSchema, which: z.enum(['greatest', 'least']) }),
  ]),
})

const answerSchema = z.strictObject({ kind: z.literal('answer'), parts: z.array(expressionSchema).min(1).max(32) })

export type CallStep = z.infer<typeof callSchema>
export type ReadStep = z.infer<typeof readSchema>
export type SelectStep = z.infer<typeof selectSchema>
export type AnswerStep = z.infer<typeof answerSchema>
export interface ForEachStep {
  kind: 'forEach'
  /** Gathers what the last step of each round gave. */
  handle: string
  item: string
  over: Expression
  limit: number
  steps: Step[]
}
export interface IfStep {
  kind: 'if'
  condition: Expression
  equals: z.infer<typeof jsonValueSchema>
  steps: Step[]
  otherwise: Step[]
}
export type Step = CallStep | ReadStep | SelectStep | AnswerStep | ForEachStep | IfStep

const stepSchema: z.ZodType<Step> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    callSchema,
    readSchema,
    selectSchema,
    answerSchema,
    z.strictObject({
      kind: z.literal('forEach'),
      handle: handleSchema,
      item: handleSchema,
      over: expressionSchema,
      limit: z.int().min(1).max(50),
      steps: z.array(stepSchema).min(1).max(planStepLimit),
    }),
    z.strictObject({
      kind: z.literal('if'),
      condition: expressionSchema,
      equals: jsonValueSchema,
      steps: z.array(stepSchema).max(planStepLimit),
      otherwise: z.array(stepSchema).max(planStepLimit),
    }),
  ]),
)

/** What a planner emits: everything that will be done, before anything untrusted was read. */
export const planSchema = z.strictObject({ schemaVersion: z.literal(1), steps: z.array(stepSchema).min(1).max(planStepLimit) })

export type Plan = Readonly<z.infer<typeof planSchema>>
