/** What one needs to know of a kind to address it. */
export interface Kind {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
}

const core = (kind: string, plural: string): Kind => ({ apiVersion: 'v1', kind, plural })

/** Every kind the operator reads or writes; only StorageClass belongs to no namespace. RBAC in the chart lists the same ones. */
export const kinds = {
  moltagent: { apiVersion: 'moltagent.cloud/v1alpha1', kind: 'Moltagent', plural: 'moltagents' },
  networkPolicy: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', plural: 'networkpolicies' },
  claim: core('PersistentVolumeClaim', 'persistentvolumeclaims'),
  service: core('Service', 'services'),
  secret: core('Secret', 'secrets'),
  pod: core('Pod', 'pods'),
  virtualMachine: { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachine', plural: 'virtualmachines' },
  virtualMachineInstance: { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', plural: 'virtualmachineinstances' },
  storageClass: { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', plural: 'storageclasses' },
  lease: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases' },
  event: { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' },
} as const satisfies Record<string, Kind>

/** The kind of an object; throws for one that the operator has no business with. */
export function kindOf(object: { readonly apiVersion: string; readonly kind: string }): Kind {
  const found = Object.values<Kind>(kinds).find((kind) => kind.kind === object.kind && kind.apiVersion === object.apiVersion)
  if (found === undefined) throw new Error(`addressing an object: ${object.apiVersion} ${object.kind} is not a kind this operator manages`)
  return found
}

/** Path of a collection, in one namespace or in all of them. */
export function collectionPath(kind: Kind, namespace: string | undefined): string {
  const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${root}${scope}/${kind.plural}`
}
