import { createHmac } from 'node:crypto'
import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import type { Role } from '../api/roles.ts'
import { canonicalJson } from '../../runtime/protocol/canonical-json.ts'
import type { BootDocument } from '../../runtime/protocol/boot-document.ts'
import { annotationKeys } from './annotation-keys.ts'
import { metadataFor } from './metadata-for.ts'
import type { Secret } from './objects.ts'

interface Content {
  readonly name: string
  readonly role: Role
  readonly data: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

function secret(moltagent: Moltagent, { data, ...naming }: Content): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataFor(moltagent, { ...naming, owned: true }),
    type: 'Opaque',
    data,
  }
}

const encode = (data: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')]))

/** HMAC-SHA-256 over the canonical JSON of `data` (base64 values), hexadecimal. */
function digestOf(data: Readonly<Record<string, string>>, digestKey: string): Readonly<Record<string, string>> {
  return { [annotationKeys.contentDigest]: createHmac('sha256', digestKey).update(canonicalJson(data)).digest('hex') }
}

/** `<name>-<role>-boot`: the key is the one KubeVirt takes cloud-init's user data from. */
export function bootSecret(moltagent: Moltagent, document: BootDocument, digestKey: string): Secret {
  const data = encode({ userdata: JSON.stringify(document) })
  const name = objectNames.bootSecret(moltagent.metadata.name, document.role)
  return secret(moltagent, { name, role: document.role, data, annotations: digestOf(data, digestKey) })
}

/** `<name>-admin`, where the resource names no Secret of the user's own. */
export function adminSecret(
  moltagent: Moltagent,
  { username, password }: { readonly username: string; readonly password: string },
  digestKey: string,
): Secret {
  const data = encode({ username, password })
  const name = objectNames.adminSecret(moltagent.metadata.name)
  return secret(moltagent, { name, role: 'nextcloud', data, annotations: digestOf(data, digestKey) })
}

/**
 * `<name>-account`: while it is there the agent may act; deleting it revokes everything. `grant` is 32 random bytes in base64url and
 * no credential. Made once: it is neither repaired nor pruned.
 */
export function accountSecret(moltagent: Moltagent, grant: string): Secret {
  return secret(moltagent, { name: objectNames.accountSecret(moltagent.metadata.name), role: 'agent', data: encode({ grant }) })
}
