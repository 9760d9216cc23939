import { type Moltagent, moltagentSchema } from '../../operator/api/moltagent.ts'
import type { MoltagentSpecInput } from '../../operator/api/moltagent-spec.ts'
import { moltagentDocument } from './moltagent-document.ts'

interface Options {
  readonly name?: string
  readonly namespace?: string
  readonly uid?: string
  readonly spec?: Partial<MoltagentSpecInput>
}

/** A Moltagent as the API server would return it: defaults filled in, metadata complete. */
export function storedMoltagent({ uid = '6a0b1f6e-27b5-4c5a-9d3b-0f6c2d6f1a11', ...options }: Options = {}): Moltagent {
  const document = moltagentDocument(options)
  return moltagentSchema.parse({
    ...document,
    metadata: { ...document.metadata, uid, resourceVersion: '1', generation: 1, creationTimestamp: '2026-01-05T08:00:00Z' },
  })
}
