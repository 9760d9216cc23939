import * as z from 'zod'
import { sha256HexSchema } from '../protocol/identifiers.ts'

/** A line of `checkpoints.jsonl`. */
export const checkpointLineSchema = z.strictObject({
  /** Leaf hash of the last record that the note covers: not signed, it only helps to tell where a difference is. */
  last: sha256HexSchema.optional(),
  /** C2SP tlog-checkpoint. */
  note: z.string().max(4096),
})

export type CheckpointLine = Readonly<z.infer<typeof checkpointLineSchema>>
