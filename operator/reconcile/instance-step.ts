import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { roles } from '../api/roles.ts'
import type { DesiredFoundations } from '../desired/desired-objects.ts'
import type { FoundationFacts, MachineImages } from '../desired/facts.ts'
import { resolveImages } from '../desired/machine-images.ts'
import type { ServiceAddresses } from '../desired/service-addresses.ts'
import { accountStep } from './account-step.ts'
import { administratorStep, type AdministratorResult } from './administrator-step.ts'
import { bootStep, storedRevisions, type BootResult } from './boot-step.ts'
import type { ReconcileContext } from './context.ts'
import { foundationsStep } from './foundations-step.ts'
import { keysStep, type KeysState } from './keys-step.ts'
import { machinesStep } from './machines-step.ts'
import type { Problem } from './problem.ts'
import type { RollDecision } from './rolling-restart.ts'
import { referencedSecretProblems } from './referenced-secrets.ts'
import { summarise, together, type StepResult } from './step-result.ts'
import { storageProblems } from './storage-problems.ts'
import { secretVersion } from './user-secret.ts'

export interface InstanceResult extends StepResult {
  readonly roll: RollDecision
  readonly services: ServiceAddresses | undefined
  /** When a certificate is due for renewal. */
  readonly renewAt: Date | undefined
}

export interface InstanceRequest {
  readonly foundation: FoundationFacts
  readonly foundations: DesiredFoundations
}

/** What comes after the policies: claims, Services and keys; boot data; machines. Each waits for what it is made from. */
export async function instanceStep(context: ReconcileContext, moltagent: Moltagent, request: InstanceRequest): Promise<InstanceResult> {
  const [base, account, keys] = await Promise.all([
    foundationsStep(context, moltagent, request.foundations),
    accountStep(context, moltagent),
    keysStep(context, moltagent),
  ])
  const administrator = keys.keys === undefined ? noAdministrator : await administratorStep(context, moltagent, keys.keys)
  const first = together(summarise(base.results), account, keys, administrator)
  const images = resolveImages(moltagent, request.foundation.configuration)
  const problems = [
    ...(images.ok ? [] : [{ reason: 'ImageNotConfigured', message: images.message } as const]),
    ...referencedSecretProblems(context, moltagent),
    ...(await storageProblems(context, moltagent)),
  ]
  const services = base.addresses
  const renewAt = keys.keys?.renewAt
  // A machine would use a foreign claim's data, or be found at a foreign Service's address.
  const isBlocked = base.results.some((result) => result.state === 'refused' && result.problem.reason === 'ForeignObject')
  if (!images.ok || services === undefined || isBlocked)
    return { ...withProblems(first, problems), waiting: true, roll: { action: 'none' }, services, renewAt }
  const made = await makeMachines(context, moltagent, { ...request, images: images.images, services, keys: keys.keys, administrator })
  return { ...withProblems(together(first, made), problems), roll: made.roll, services, renewAt }
}

const noAdministrator: AdministratorResult = { ...summarise([]), version: undefined }

const withProblems = (step: StepResult, problems: readonly Problem[]): StepResult => ({
  ...step,
  problems: [...step.problems, ...problems],
})

interface MachineRequest extends InstanceRequest {
  readonly images: MachineImages
  readonly services: ServiceAddresses
  readonly keys: KeysState | undefined
  readonly administrator: AdministratorResult
}

async function makeMachines(
  context: ReconcileContext,
  moltagent: Moltagent,
  request: MachineRequest,
): Promise<StepResult & { readonly roll: RollDecision }> {
  const boot = await makeBootData(context, moltagent, request)
  if (boot.revisions === undefined) return { ...boot, waiting: true, roll: { action: 'none' } }
  const machines = await machinesStep(context, moltagent, {
    images: request.images,
    serviceAddresses: request.services,
    bootRevisions: boot.revisions,
    halted: moltagent.spec.suspend ? roles : [],
  })
  return { ...together(boot, machines), roll: machines.roll }
}

/** New boot data only from complete inputs; what there is is kept until then. */
async function makeBootData(context: ReconcileContext, moltagent: Moltagent, request: MachineRequest): Promise<BootResult> {
  const { keys, administrator } = request
  const { tls, adminSecretRef } = moltagent.spec.nextcloud
  const publicCertificate = tls === undefined ? undefined : secretVersion(context, moltagent, tls.secretRef.name)
  const isComplete = administrator.version !== undefined && (tls === undefined || publicCertificate !== undefined)
  if (keys === undefined || !isComplete) return { ...summarise([]), waiting: true, revisions: storedRevisions(context, moltagent) }
  const { configuration } = context
  return bootStep(context, moltagent, {
    keys,
    foundation: request.foundation,
    administratorSecret: {
      name: adminSecretRef?.name ?? objectNames.adminSecret(moltagent.metadata.name),
      field: 'spec.nextcloud.adminSecretRef',
    },
    inputs: {
      moltagent,
      images: request.images,
      serviceAddresses: request.services,
      gatewayAddresses: configuration.gatewayAddresses,
      configuration: configuration.desired,
      keysUid: keys.uid,
      authorityRevision: keys.authorityRevision,
      administrator: administrator.version,
      publicCertificate,
    },
  })
}
