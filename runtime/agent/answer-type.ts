import * as z from 'zod'
import type { JsonValue } from '../protocol/json-value.ts'

/** The forms in which the quarantined model may answer. All but `text` and `texts` are bounded: they carry few bits. */
export const answerTypeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), limit: z.int().min(1).max(20_000) }),
  z.strictObject({ type: z.literal('texts'), limit: z.int().min(1).max(2000), most: z.int().min(1).max(50) }),
  z.strictObject({ type: z.literal('boolean') }),
  z.strictObject({ type: z.literal('choice'), options: z.array(z.string().min(1).max(200)).min(2).max(64) }),
  z.strictObject({ type: z.literal('number'), least: z.int(), most: z.int() }),
])

export type AnswerType = Readonly<z.infer<typeof answerTypeSchema>>

/** What an answer must be to be taken: a model's output constrained by grammar is checked all the same. */
export function answerSchemaOf(type: AnswerType): z.ZodType<JsonValue> {
  switch (type.type) {
    case 'text':
      return z.string().max(type.limit)
    case 'texts':
      return z.array(z.string().max(type.limit)).max(type.most)
    case 'boolean':
      return z.boolean()
    case 'choice':
      return z.enum(type.options)
    case 'number':
      return z.int().min(type.least).max(type.most)
    default:
      return type satisfies never
  }
}

/** How many bits an answer can carry at most, for the bounded forms; free text carries what it likes. */
export function bitsOf(type: AnswerType): number | undefined {
  switch (type.type) {
    case 'boolean':
      return 1
    case 'choice':
      return Math.log2(type.options.length)
    case 'number':
      return Math.log2(Math.max(1, type.most - type.least + 1))
    case 'text':
    case 'texts':
      return undefined
    default:
      return type satisfies never
  }
}
