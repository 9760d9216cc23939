import { type FieldPath, fieldDifferences, isRecord, type JsonRecord } from './field-differences.ts'
import { appliedFields, ownedButUnwanted } from './owned-fields.ts'

/** What identifies an object and is no field of it. */
const identity: ReadonlySet<string> = new Set(['apiVersion', 'kind'])

/**
 * Where an object as stored is not as we would apply it now; empty: an apply would change nothing, so none is sent.
 *
 * Looks at our own fields alone: what defaults, webhooks and third parties put beside them is theirs. `manager` is our field manager.
 */
export function driftOf(desired: object, stored: object, manager: string): readonly FieldPath[] {
  const wanted = withoutIdentity(desired)
  const have = withoutIdentity(stored)
  const metadata = isRecord(have.metadata) ? have.metadata : {}
  const owned = appliedFields(metadata.managedFields, manager)
  return [...new Set([...fieldDifferences(wanted, have), ...ownedButUnwanted(owned, wanted)])]
}

/**
 * The same for an object of which only metadata is watched: a Secret. Its content is as wanted when the digest annotation is, and when
 * we still own every key; whoever changed one owns it since.
 */
export function metadataDriftOf(desired: SecretLike, storedMetadata: JsonRecord, manager: string): readonly FieldPath[] {
  const { metadata, data } = desired
  const owned = appliedFields(storedMetadata.managedFields, manager)
  const ownedData = isRecord(owned['f:data']) ? owned['f:data'] : {}
  const lost = Object.keys(data).filter((key) => ownedData[`f:${key}`] === undefined)
  return [
    ...fieldDifferences({ metadata }, { metadata: storedMetadata }),
    ...lost.map((key) => `data.${key}`),
    ...ownedButUnwanted(owned, { metadata, data, type: '' }),
  ]
}

interface SecretLike {
  readonly metadata: object
  readonly data: Readonly<Record<string, string>>
}

function withoutIdentity(object: object): JsonRecord {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !identity.has(key)))
}
