import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import type { Role } from '../api/roles.ts'
import { type BootDocument, bootDocumentSchema } from '../../runtime/protocol/boot-document.ts'
import type { ReconcileContext } from './context.ts'
import { readSecretValues } from './user-secret.ts'

const key = 'userdata'

/** The stored first-boot data of a machine; undefined where there is none, or where somebody else has written to it. */
export async function bootDocumentOf(context: ReconcileContext, moltagent: Moltagent, role: Role): Promise<BootDocument | undefined> {
  const { namespace, name, uid } = moltagent.metadata
  const secretName = objectNames.bootSecret(name, role)
  const observed = context.caches.secrets(namespace)?.get(`${namespace}/${secretName}`)
  if (observed?.instanceUid !== uid || observed.facts.kind !== 'secret' || !observed.facts.dataKeys.includes(key)) return undefined
  const read = await readSecretValues(context, moltagent, { name: secretName, field: "the operator's own", keys: [key] })
  return read.ok ? parse(read.values.userdata) : undefined
}

function parse(text: string): BootDocument | undefined {
  try {
    return bootDocumentSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
