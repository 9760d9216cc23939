import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { roles } from '../api/roles.ts'
import type { DesiredFoundations } from '../desired/desired-objects.ts'
import { recordedServiceAddresses, type ServiceAddresses } from '../desired/service-addresses.ts'
import { services } from '../desired/services.ts'
import { asObject } from './as-object.ts'
import { belongs } from './belongs.ts'
import type { ReconcileContext } from './context.ts'
import { ensureObject, type Ensured } from './ensure-object.ts'
import { isAppliedAs, rememberForm } from './is-current.ts'

export interface FoundationsResult {
  readonly results: readonly Ensured[]
  /** Undefined while not every Service has its address. */
  readonly addresses: ServiceAddresses | undefined
}

/** Claims and Services, at once. A Service that was deleted comes back with the address that hosts files hold. */
export async function foundationsStep(
  context: ReconcileContext,
  moltagent: Moltagent,
  foundations: DesiredFoundations,
): Promise<FoundationsResult> {
  const claims = foundations.claims.map(async (claim) => {
    const object = asObject(claim)
    const ensured = await ensureObject(context, moltagent, {
      object,
      store: context.caches.claims,
      isCurrent: isAppliedAs(context, object),
    })
    rememberForm(context, object, ensured)
    return ensured
  })
  const results = await Promise.all([...claims, ...ensureServices(context, moltagent)])
  return { results, addresses: currentAddresses(context, moltagent) }
}

function ensureServices(context: ReconcileContext, moltagent: Moltagent): readonly Promise<Ensured>[] {
  const fresh = services(moltagent, {})
  const returning = services(moltagent, { ...recordedAddresses(context, moltagent), ...observedAddresses(context, moltagent) })
  return returning.map((service, index) => {
    const object = asObject(service)
    const withAddress = isAppliedAs(context, object)
    const withoutAddress = isAppliedAs(context, asObject(fresh[index] ?? service))
    return ensureObject(context, moltagent, {
      object,
      store: context.caches.services,
      // A new Service gets its address from the server, so it is not among what we applied; one that came back has it from us.
      isCurrent: (observed) => withoutAddress(observed) || withAddress(observed),
    })
  })
}

/** The addresses that Services once had: from the resource's status, else from its machines. */
export function recordedAddresses(context: ReconcileContext, moltagent: Moltagent): Partial<ServiceAddresses> {
  const { name, namespace } = moltagent.metadata
  const fromStatus = Object.entries(moltagent.status.services ?? {}).filter(
    ([, addresses]) => addresses !== undefined && addresses.length > 0,
  )
  if (fromStatus.length > 0) return Object.fromEntries(fromStatus)
  for (const role of roles) {
    const facts = context.caches.machines.get(`${namespace}/${objectNames.machine(name, role)}`)?.facts
    const text = facts?.kind === 'machine' ? facts.serviceAddresses : undefined
    const recorded = recordedServiceAddresses(text === undefined ? undefined : { 'moltagent.cloud/service-addresses': text })
    if (recorded !== undefined) return recorded
  }
  return {}
}

function observedAddresses(context: ReconcileContext, moltagent: Moltagent): Partial<ServiceAddresses> {
  const { name, namespace } = moltagent.metadata
  const found = roles.flatMap((role) => {
    const observed = context.caches.services.get(`${namespace}/${objectNames.service(name, role)}`)
    // Somebody else's Service of that name is not where our machine is.
    const isOurs = observed !== undefined && belongs(observed, moltagent) === 'ours'
    const addresses = isOurs && observed.facts.kind === 'service' ? observed.facts.clusterIPs : []
    return addresses.length === 0 ? [] : [[role, addresses] as const]
  })
  return Object.fromEntries(found)
}

function currentAddresses(context: ReconcileContext, moltagent: Moltagent): ServiceAddresses | undefined {
  const { nextcloud, agent, ollama } = observedAddresses(context, moltagent)
  return nextcloud !== undefined && agent !== undefined && ollama !== undefined ? { nextcloud, agent, ollama } : undefined
}
