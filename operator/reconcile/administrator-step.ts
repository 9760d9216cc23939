import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { kinds } from '../cluster/kinds.ts'
import type { KubernetesObject } from '../cluster/kubernetes-object.ts'
import { annotationKeys } from '../desired/annotation-keys.ts'
import { isClaimRetained } from '../desired/claims.ts'
import { metadataFor } from '../desired/metadata-for.ts'
import { adminSecret } from '../desired/secrets.ts'
import { asObject } from './as-object.ts'
import { bootDocumentOf } from './boot-document-of.ts'
import type { SecretVersion } from './boot-inputs.ts'
import type { ReconcileContext } from './context.ts'
import { ensureObject } from './ensure-object.ts'
import type { KeysState } from './keys-step.ts'
import type { ObservedObject } from './observed-object.ts'
import { isSecretUntouched } from './secret-is-current.ts'
import { summarise, type StepResult } from './step-result.ts'
import { readSecretValues, secretVersion } from './user-secret.ts'

export interface Administrator {
  readonly username: string
  readonly password: string
}

export interface AdministratorResult extends StepResult {
  /** Stands for the content; undefined while there is none to use. */
  readonly version: SecretVersion | undefined
}

const keys = ['username', 'password'] as const

/** Nextcloud's first administrator: the user's Secret, or `<name>-admin`, made once and put back with the same password. */
export async function administratorStep(
  context: ReconcileContext,
  moltagent: Moltagent,
  keysState: KeysState,
): Promise<AdministratorResult> {
  const { namespace, name } = moltagent.metadata
  const reference = moltagent.spec.nextcloud.adminSecretRef
  if (reference !== undefined) return userSecret(context, moltagent, reference.name)
  const store = context.caches.secrets(namespace)
  if (store === undefined) return { ...summarise([{ state: 'waiting' }]), version: undefined }
  const current = store.get(`${namespace}/${objectNames.adminSecret(name)}`)
  const isCurrent = (observed: ObservedObject): boolean => isSecretUntouched(observed, { object: bare(moltagent), dataKeys: keys })
  if (current !== undefined && isCurrent(current)) return { ...summarise([]), version: versionOf(current) }
  const administrator = (await recover(context, moltagent, current)) ?? { username: 'admin', password: context.randomToken(24) }
  const { digestKey } = await keysState.load()
  const object = keptWithData(moltagent, asObject(adminSecret(moltagent, administrator, digestKey)))
  const ensured = await ensureObject(context, moltagent, { object, store, isCurrent })
  return { ...summarise([ensured]), version: ensured.state === 'written' ? versionOf(ensured.observed) : undefined }
}

function userSecret(context: ReconcileContext, moltagent: Moltagent, name: string): AdministratorResult {
  const version = secretVersion(context, moltagent, name)
  const message = `Secret ${name}, named in spec.nextcloud.adminSecretRef, does not exist: create it with username and password`
  const problems = version === undefined ? [{ reason: 'SecretMissing', message } as const] : []
  return { ...summarise([]), problems, version }
}

/** Content, not resourceVersion: labels of third parties change nothing. */
function versionOf(observed: ObservedObject): SecretVersion {
  const digest = observed.facts.kind === 'secret' ? observed.facts.annotations[annotationKeys.contentDigest] : undefined
  return { uid: observed.uid, version: digest ?? observed.resourceVersion }
}

/** With its data retained, Nextcloud keeps its accounts: the password must stay with them. */
function keptWithData(moltagent: Moltagent, object: KubernetesObject): KubernetesObject {
  if (!isClaimRetained(moltagent, 'nextcloud')) return object
  const { ownerReferences: _ownerReferences, ...metadata } = object.metadata
  return { ...object, metadata }
}

function bare(moltagent: Moltagent): KubernetesObject {
  const name = objectNames.adminSecret(moltagent.metadata.name)
  const metadata = metadataFor(moltagent, { name, role: 'nextcloud', owned: true })
  return keptWithData(moltagent, { apiVersion: kinds.secret.apiVersion, kind: kinds.secret.kind, metadata })
}

/** The password that Nextcloud was set up with: from the Secret where nobody has changed it, else from the first-boot data. */
async function recover(
  context: ReconcileContext,
  moltagent: Moltagent,
  current: ObservedObject | undefined,
): Promise<Administrator | undefined> {
  const untouched = current?.facts.kind === 'secret' ? current.facts.dataKeys : []
  if (current !== undefined && keys.every((key) => untouched.includes(key))) {
    const read = await readSecretValues(context, moltagent, { name: current.name, field: `the operator's own`, keys })
    if (read.ok) return read.values
  }
  const document = await bootDocumentOf(context, moltagent, 'nextcloud')
  return document?.role === 'nextcloud' ? document.administrator : undefined
}
