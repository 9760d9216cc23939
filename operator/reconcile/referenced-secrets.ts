import type { Moltagent } from '../api/moltagent.ts'
import type { ReconcileContext } from './context.ts'
import type { Problem } from './problem.ts'
import { secretVersion } from './user-secret.ts'

/** Secrets that the resource names and that do not exist. The administrator's is judged where it is used. */
export function referencedSecretProblems(context: ReconcileContext, moltagent: Moltagent): readonly Problem[] {
  const { tls } = moltagent.spec.nextcloud
  const named = [
    ...(tls === undefined ? [] : [{ name: tls.secretRef.name, field: 'spec.nextcloud.tls.secretRef', keys: 'tls.crt and tls.key' }]),
    ...moltagent.spec.credentials.flatMap(({ name, secretRef }) =>
      secretRef === undefined ? [] : [{ name: secretRef.name, field: `the credential ${name}`, keys: secretRef.key }],
    ),
  ]
  return named
    .filter(({ name }) => secretVersion(context, moltagent, name) === undefined)
    .map(({ name, field, keys }) => ({
      reason: 'SecretMissing',
      message: `Secret ${name}, named in ${field}, does not exist: create it with ${keys}`,
    }))
}
