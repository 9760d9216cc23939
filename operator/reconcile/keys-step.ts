import { X509Certificate } from 'node:crypto'
import { authorityNames } from '../api/host-names.ts'
import type { Moltagent } from '../api/moltagent.ts'
import { createAuthority, renewAuthority } from '../certificates/authority.ts'
import { isSoundAuthority } from '../certificates/replacement-reason.ts'
import { renewalTime } from '../certificates/validity.ts'
import { contentDigest } from '../cluster/content-digest.ts'
import { kinds } from '../cluster/kinds.ts'
import type { ReconcileContext } from './context.ts'
import { ensureObject } from './ensure-object.ts'
import { keysDataKeys, keysSecret, keysSecretName, makeInstanceKeys, readInstanceKeys, type InstanceKeys } from './instance-keys.ts'
import type { ObservedObject } from './observed-object.ts'
import { isSecretUntouched } from './secret-is-current.ts'
import { summarise, type StepResult } from './step-result.ts'

const keysAnnotations = {
  names: 'moltagent.cloud/authority-names',
  revision: 'moltagent.cloud/authority-revision',
  renewAt: 'moltagent.cloud/renew-at',
} as const

export interface KeysResult extends StepResult {
  readonly keys: KeysState | undefined
}

/** What is known of an instance's keys without reading them; `load` reads them, once, when they must be used. */
export interface KeysState {
  readonly uid: string
  readonly authorityRevision: string
  readonly renewAt: Date
  readonly load: () => Promise<InstanceKeys>
}

/** The instance's authority, SSH key and digest key, in the operator's namespace: made once, the authority anew when it is due. */
export async function keysStep(context: ReconcileContext, moltagent: Moltagent): Promise<KeysResult> {
  const { namespace } = context.configuration
  const store = context.caches.secrets(namespace)
  if (store === undefined) return { ...summarise([{ state: 'waiting' }]), keys: undefined }
  const current = store.get(`${namespace}/${keysSecretName(moltagent.metadata.uid)}`)
  if (current !== undefined && isInOrder(context, moltagent, current))
    return { ...summarise([]), keys: stateOf(context, current, undefined) }
  const keys = await nextKeys(context, moltagent, current)
  const object = keysSecret(moltagent, namespace, keys, annotationsFor(moltagent, keys))
  const ensured = await ensureObject(context, moltagent, { object, store, isCurrent: () => false })
  return { ...summarise([ensured]), keys: ensured.state === 'written' ? stateOf(context, ensured.observed, keys) : undefined }
}

const namesDigest = (moltagent: Moltagent): string => contentDigest(authorityNames(moltagent.metadata, moltagent.spec.nextcloud.hostname))

function annotationsFor(moltagent: Moltagent, keys: InstanceKeys): Readonly<Record<string, string>> {
  const certificate = new X509Certificate(keys.authority.certificate)
  const renewAt = renewalTime({ notBefore: certificate.validFromDate, notAfter: certificate.validToDate })
  return {
    [keysAnnotations.names]: namesDigest(moltagent),
    [keysAnnotations.revision]: contentDigest(keys.authority.certificate),
    [keysAnnotations.renewAt]: renewAt.toISOString(),
  }
}

function isInOrder(context: ReconcileContext, moltagent: Moltagent, observed: ObservedObject): boolean {
  const { facts } = observed
  if (facts.kind !== 'secret' || facts.annotations[keysAnnotations.names] !== namesDigest(moltagent)) return false
  const { names, revision, renewAt } = keysAnnotations
  if ([names, revision, renewAt].some((key) => facts.annotations[key] === undefined)) return false
  if (!(Date.parse(facts.annotations[renewAt] ?? '') > context.clock.now().getTime())) return false
  const { data: _data, ...object } = keysSecret(moltagent, observed.namespace, noKeys, {})
  return isSecretUntouched(observed, { object, dataKeys: keysDataKeys })
}

const noKeys: InstanceKeys = { authority: { certificate: '', privateKey: '' }, digestKey: '', sshPrivateKey: '' }

/** Keeps what can be kept: a new authority does not need a new SSH key, which Nextcloud's machine has pinned. */
async function nextKeys(context: ReconcileContext, moltagent: Moltagent, current: ObservedObject | undefined): Promise<InstanceKeys> {
  const now = context.clock.now()
  const lifetimeDays = context.configuration.authorityDays
  // Keys that somebody else has set since are nobody's to be trusted: all are made anew.
  const untouched =
    current?.facts.kind === 'secret' && keysDataKeys.every((key) => current.facts.kind === 'secret' && current.facts.dataKeys.includes(key))
  const stored = untouched ? await readKeys(context, moltagent) : undefined
  if (stored === undefined) return makeInstanceKeys(moltagent, now, { lifetimeDays, digestKey: context.randomToken(32) })
  const dnsNames = authorityNames(moltagent.metadata, moltagent.spec.nextcloud.hostname)
  const request = { uid: moltagent.metadata.uid, dnsNames, now, lifetimeDays }
  // Under the old key where there is one, so that machines restarted one at a time know each other meanwhile.
  const renewed = isSoundAuthority(stored.authority) ? renewAuthority(stored.authority, request) : createAuthority(request)
  return { ...stored, authority: await renewed }
}

async function readKeys(context: ReconcileContext, moltagent: Moltagent): Promise<InstanceKeys | undefined> {
  const secret = await context.cluster.get(kinds.secret, context.configuration.namespace, keysSecretName(moltagent.metadata.uid))
  return secret === undefined ? undefined : readInstanceKeys(secret)
}

function stateOf(context: ReconcileContext, observed: ObservedObject, known: InstanceKeys | undefined): KeysState | undefined {
  if (observed.facts.kind !== 'secret') return undefined
  const { annotations } = observed.facts
  return {
    uid: observed.uid,
    authorityRevision: annotations[keysAnnotations.revision] ?? '',
    renewAt: new Date(annotations[keysAnnotations.renewAt] ?? 0),
    load: async () => {
      if (known !== undefined) return known
      const secret = await context.cluster.get(kinds.secret, observed.namespace, observed.name)
      const keys = secret === undefined ? undefined : readInstanceKeys(secret)
      if (keys === undefined) throw new Error(`reading Secret ${observed.namespace}/${observed.name}: it is gone or incomplete`)
      return keys
    },
  }
}
