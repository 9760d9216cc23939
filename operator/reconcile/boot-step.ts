import { X509Certificate } from 'node:crypto'
import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { type Role, roles } from '../api/roles.ts'
import { renewalTime } from '../certificates/validity.ts'
import { kinds } from '../cluster/kinds.ts'
import { annotationKeys } from '../desired/annotation-keys.ts'
import { desiredObjects } from '../desired/desired-objects.ts'
import type { FoundationFacts, MachineFacts } from '../desired/facts.ts'
import { metadataFor } from '../desired/metadata-for.ts'
import type { Secret } from '../desired/objects.ts'
import { asObject } from './as-object.ts'
import { bootAnnotations, bootInputsDigest, type BootInputs } from './boot-inputs.ts'
import type { ReconcileContext } from './context.ts'
import { ensureObject, type Ensured } from './ensure-object.ts'
import type { KeysState } from './keys-step.ts'
import { gatherMachineFacts } from './machine-facts.ts'
import type { ObservedObject } from './observed-object.ts'
import { isSecretUntouched } from './secret-is-current.ts'
import { summarise, type StepResult } from './step-result.ts'

export type BootRevisions = Readonly<Record<Role, string>>

export interface BootResult extends StepResult {
  /** What the machines are, or will be, booted with; undefined while there is no complete boot data. */
  readonly revisions: BootRevisions | undefined
}

export interface BootRequest {
  readonly inputs: BootInputs
  readonly keys: KeysState
  readonly foundation: FoundationFacts
  readonly administratorSecret: { readonly name: string; readonly field: string }
}

/** First-boot data of the three machines: rebuilt only where what it is made from has changed, or somebody has changed it. */
export async function bootStep(context: ReconcileContext, moltagent: Moltagent, request: BootRequest): Promise<BootResult> {
  const digest = bootInputsDigest(request.inputs)
  const stale = roles.filter((role) => !isBootCurrent(context, moltagent, role, digest))
  if (stale.length === 0) return { ...summarise([]), revisions: storedRevisions(context, moltagent) }
  const { images, serviceAddresses } = request.inputs
  const sources = { keys: await request.keys.load(), images, serviceAddresses, administratorSecret: request.administratorSecret }
  const gathered = await gatherMachineFacts(context, moltagent, sources)
  if (!gathered.ok) return { ...summarise([]), problems: [gathered.problem], revisions: storedRevisions(context, moltagent) }
  const results = await sendBootSecrets(context, moltagent, { request, facts: gathered.facts, digest, stale })
  return { ...summarise(results), revisions: storedRevisions(context, moltagent) }
}

function observedBoot(context: ReconcileContext, moltagent: Moltagent, role: Role): ObservedObject | undefined {
  const { namespace, name } = moltagent.metadata
  return context.caches.secrets(namespace)?.get(`${namespace}/${objectNames.bootSecret(name, role)}`)
}

function isBootCurrent(context: ReconcileContext, moltagent: Moltagent, role: Role, digest: string): boolean {
  const observed = observedBoot(context, moltagent, role)
  if (observed?.facts.kind !== 'secret' || observed.deleting) return false
  const { annotations } = observed.facts
  if (annotations[bootAnnotations.inputs] !== digest || annotations[bootAnnotations.revision] === undefined) return false
  if (!(Date.parse(annotations[bootAnnotations.renewAt] ?? '') > context.clock.now().getTime())) return false
  const metadata = metadataFor(moltagent, { name: observed.name, role, owned: true })
  return isSecretUntouched(observed, { object: { ...kinds.secret, metadata }, dataKeys: ['userdata'] })
}

/** Revisions of the boot data there is, be it current or not: what runs is kept while new data cannot be made. */
export function storedRevisions(context: ReconcileContext, moltagent: Moltagent): BootRevisions | undefined {
  const [nextcloud, agent, ollama] = roles.map((role) => {
    const observed = observedBoot(context, moltagent, role)
    const ours = observed?.instanceUid === moltagent.metadata.uid && observed.facts.kind === 'secret'
    return ours && observed.facts.kind === 'secret' ? observed.facts.annotations[bootAnnotations.revision] : undefined
  })
  return nextcloud === undefined || agent === undefined || ollama === undefined ? undefined : { nextcloud, agent, ollama }
}

interface Sending {
  readonly request: BootRequest
  readonly facts: MachineFacts
  readonly digest: string
  readonly stale: readonly Role[]
}

async function sendBootSecrets(context: ReconcileContext, moltagent: Moltagent, sending: Sending): Promise<readonly Ensured[]> {
  const { request, facts, digest, stale } = sending
  const store = context.caches.secrets(moltagent.metadata.namespace)
  if (store === undefined) return [{ state: 'waiting' }]
  const built = desiredObjects(moltagent, request.foundation, facts)
  const sends = stale.flatMap((role) => {
    const secret = built.secrets.find(({ metadata }) => metadata.name === objectNames.bootSecret(moltagent.metadata.name, role))
    const machine = built.machines.find(({ metadata }) => metadata.name === objectNames.machine(moltagent.metadata.name, role))
    const revision = machine?.spec.template.metadata.annotations[annotationKeys.bootRevision]
    if (secret === undefined || revision === undefined) return []
    const annotations = {
      [bootAnnotations.inputs]: digest,
      [bootAnnotations.revision]: revision,
      [bootAnnotations.renewAt]: renewAt(role, facts, request.keys),
    }
    return [ensureObject(context, moltagent, { object: asObject(annotated(secret, annotations)), store, isCurrent: () => false })]
  })
  return Promise.all(sends)
}

const annotated = (secret: Secret, annotations: Readonly<Record<string, string>>): Secret => ({
  ...secret,
  metadata: { ...secret.metadata, annotations: { ...secret.metadata.annotations, ...annotations } },
})

/** The machine's own leaf, or the authority behind it, whichever is due first. */
function renewAt(role: Role, facts: MachineFacts, keys: KeysState): string {
  if (role === 'agent') return keys.renewAt.toISOString()
  const certificate = new X509Certificate(facts.leaves[role].certificate)
  const leaf = renewalTime({ notBefore: certificate.validFromDate, notAfter: certificate.validToDate })
  return (leaf < keys.renewAt ? leaf : keys.renewAt).toISOString()
}
