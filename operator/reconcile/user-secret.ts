import type { Moltagent } from '../api/moltagent.ts'
import * as z from 'zod'
import { kinds } from '../cluster/kinds.ts'
import type { SecretVersion } from './boot-inputs.ts'
import type { ReconcileContext } from './context.ts'
import type { Problem } from './problem.ts'

/** Identity and version of a Secret in the instance's namespace, from the cache; undefined where there is none. */
export function secretVersion(context: ReconcileContext, moltagent: Moltagent, name: string): SecretVersion | undefined {
  const { namespace } = moltagent.metadata
  const observed = context.caches.secrets(namespace)?.get(`${namespace}/${name}`)
  return observed === undefined || observed.deleting ? undefined : { uid: observed.uid, version: observed.resourceVersion }
}

const dataSchema = z.object({ data: z.record(z.string(), z.base64()).default({}) })

export type SecretValues<K extends string> =
  | { readonly ok: true; readonly values: Readonly<Record<K, string>> }
  | { readonly ok: false; readonly problem: Problem }

/** Values of a Secret, read from the server because they are to be used now. */
export async function readSecretValues<K extends string>(
  context: ReconcileContext,
  moltagent: Moltagent,
  secret: { readonly name: string; readonly field: string; readonly keys: readonly K[] },
): Promise<SecretValues<K>> {
  const { name, field, keys } = secret
  const object = await context.cluster.get(kinds.secret, moltagent.metadata.namespace, name)
  if (object === undefined) return { ok: false, problem: missing(name, field, keys) }
  const { data } = dataSchema.parse(object)
  const lacking = keys.filter((key) => (data[key] ?? '') === '')
  if (lacking.length > 0) {
    const message = `Secret ${name}, named in ${field}, has no ${lacking.join(' and no ')}: add it`
    return { ok: false, problem: { reason: 'SecretInvalid', message } }
  }
  const values = Object.fromEntries(keys.map((key) => [key, Buffer.from(data[key] ?? '', 'base64').toString('utf8')]))
  return { ok: true, values: values as Readonly<Record<K, string>> }
}

const missing = (name: string, field: string, keys: readonly string[]): Problem => ({
  reason: 'SecretMissing',
  message: `Secret ${name}, named in ${field}, does not exist: create it with ${keys.join(' and ')}`,
})
