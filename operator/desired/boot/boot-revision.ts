import { createHash } from 'node:crypto'
import { canonicalJson } from '../../../runtime/protocol/canonical-json.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import type { BootDocument } from '../../../runtime/protocol/boot-document.ts'

/**
 * Digest of what in a boot document a running guest has to be restarted for: names, addresses, certificates, models.
 *
 * Left out: secrets (the digest is public), the token (the next boot's), the administrator (first boot's) and the probe lists
 * (a node more is no reason to restart).
 */
export function bootRevision(document: BootDocument): string {
  const { probes: _probes, ...rest } = document
  return createHash('sha256')
    .update(canonicalJson(withoutSecrets(rest)))
    .digest('hex')
}

const secretFields: ReadonlySet<string> = new Set(['token', 'administrator', 'privateKey'])

function withoutSecrets(value: unknown): JsonValue {
  const kept: unknown = JSON.parse(JSON.stringify(value, (key, field: unknown) => (secretFields.has(key) ? undefined : field)))
  return kept as JsonValue
}
