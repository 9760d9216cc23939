import * as z from 'zod'
import { fieldManagers } from '../api/field-managers.ts'
import { labelKeys } from '../api/labels.ts'
import { contentDigest } from '../cluster/content-digest.ts'
import { kinds } from '../cluster/kinds.ts'
import type { KubernetesObject } from '../cluster/kubernetes-object.ts'
import { ownedFields } from '../cluster/owned-fields.ts'
import { annotationKeys } from '../desired/annotation-keys.ts'
import type { Facts, MachineCondition, ObservedObject } from './observed-object.ts'
import { templateRevisionKey } from './template-revision.ts'

/** What the cache keeps of an object: see `ObservedObject`. The object itself is let go. */
export function projectObject(object: KubernetesObject): ObservedObject {
  const { metadata, kind } = object
  const owned = ownedFields(object, fieldManagers.objects)
  const observed = {
    kind,
    ...identity(metadata),
    // Of a Secret only the metadata is watched, so a write's answer must not tell more.
    applied: owned === undefined ? undefined : contentDigest(kind === kinds.secret.kind ? { metadata: owned['metadata'] } : owned),
    facts: factsOf(object, owned ?? {}),
  }
  return {
    ...observed,
    key: `${observed.namespace}/${observed.name}`,
    resourceVersion: metadata.resourceVersion ?? '',
    // A Secret's values are not seen here: its version stands for them.
    fingerprint: contentDigest(kind === kinds.secret.kind ? { ...observed, version: metadata.resourceVersion } : observed),
  }
}

function identity(
  metadata: KubernetesObject['metadata'],
): Pick<ObservedObject, 'namespace' | 'name' | 'uid' | 'instance' | 'instanceUid' | 'ownerUids' | 'deleting'> {
  const { namespace = '', name, uid = '', labels = {}, ownerReferences = [] } = metadata
  return {
    namespace,
    name,
    uid,
    instance: labels[labelKeys.name],
    instanceUid: labels[labelKeys.uid],
    ownerUids: ownerReferences.map((reference) => reference.uid),
    deleting: metadata.deletionTimestamp !== undefined,
  }
}

/** The digest that `applied` has once exactly this object is applied. */
export function desiredDigest(object: object): string {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object as KubernetesObject
  const { name: _name, namespace: _namespace, uid: _uid, ...ownable } = metadata
  return contentDigest({ ...rest, metadata: ownable })
}

type Owned = Readonly<Record<string, unknown>>

function factsOf(object: KubernetesObject, owned: Owned): Facts {
  switch (object.kind) {
    case kinds.networkPolicy.kind:
      return policyFacts(object)
    case kinds.service.kind:
      return { kind: 'service', clusterIPs: serviceSchema.parse(object).spec.clusterIPs }
    case kinds.claim.kind:
      return claimFacts(object)
    case kinds.secret.kind:
      return secretFacts(object, owned)
    case kinds.virtualMachine.kind:
      return machineFacts(object)
    case kinds.virtualMachineInstance.kind:
      return instanceFacts(object)
    default:
      throw new Error(`taking in ${object.kind} ${object.metadata.name}: not a kind that the operator watches`)
  }
}

const serviceSchema = z.object({ spec: z.object({ clusterIPs: z.array(z.string()).default([]) }) })

const policySchema = z.object({
  spec: z.object({
    podSelector: z
      .object({ matchLabels: z.record(z.string(), z.string()).optional() })
      .loose()
      .default({}),
    ingress: z.array(z.unknown()).default([]),
    egress: z.array(z.unknown()).default([]),
  }),
})

function policyFacts(object: KubernetesObject): Facts {
  const { spec } = policySchema.parse(object)
  return {
    kind: 'policy',
    specDigest: contentDigest(object['spec']),
    selectsUid: spec.podSelector.matchLabels?.[labelKeys.uid],
    shape: {
      metadata: { name: object.metadata.name },
      spec: {
        podSelector: spec.podSelector,
        ingress: spec.ingress.slice(0, 1).map(() => ({})),
        egress: spec.egress.slice(0, 1).map(() => ({})),
      },
    },
  }
}

const claimSchema = z.object({
  spec: z.object({ storageClassName: z.string().optional() }),
  status: z.object({ phase: z.string().default('Pending') }).prefault({}),
})

function claimFacts(object: KubernetesObject): Facts {
  const { spec, status } = claimSchema.parse(object)
  return { kind: 'claim', phase: status.phase, storageClassName: spec.storageClassName }
}

const ownedMetadataSchema = z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }).prefault({}) })

function secretFacts(object: KubernetesObject, owned: Owned): Facts {
  return { kind: 'secret', annotations: ownedMetadataSchema.parse(owned).metadata.annotations, dataKeys: ownedDataKeys(object) }
}

/** Values are not watched, but who owns which key is in the metadata. */
function ownedDataKeys(object: KubernetesObject): readonly string[] {
  const entry = object.metadata.managedFields?.find(({ manager, operation }) => manager === fieldManagers.objects && operation === 'Apply')
  const data: unknown = entry?.fieldsV1?.['f:data']
  return typeof data === 'object' && data !== null
    ? Object.keys(data)
        .filter((key) => key.startsWith('f:'))
        .map((key) => key.slice(2))
        .sort()
    : []
}

const conditionsSchema = z
  .array(z.object({ type: z.string(), status: z.string(), reason: z.string().default(''), message: z.string().default('') }))
  .default([])

/** Those that say what is wrong; heartbeats and what changes without meaning stay out, or each would wake a reconcile. */
const telling: ReadonlySet<string> = new Set(['Ready', 'Failure', 'Synchronized', 'PodScheduled', 'RestartRequired', 'Paused'])
const tellingOnly = (conditions: readonly MachineCondition[]): readonly MachineCondition[] =>
  conditions.filter((condition) => telling.has(condition.type))

const machineSchema = z.object({
  status: z.object({ printableStatus: z.string().default(''), conditions: conditionsSchema }).prefault({}),
})

function machineFacts(object: KubernetesObject): Facts {
  const { status } = machineSchema.parse(object)
  return {
    kind: 'machine',
    printableStatus: status.printableStatus,
    conditions: tellingOnly(status.conditions),
    serviceAddresses: object.metadata.annotations?.[annotationKeys.serviceAddresses],
  }
}

const instanceSchema = z.object({
  spec: z.object({
    volumes: z.array(z.object({ name: z.string(), containerDisk: z.object({ image: z.string() }).optional() })).default([]),
  }),
  status: z
    .object({
      phase: z.string().default(''),
      interfaces: z.array(z.object({ ipAddress: z.string().optional() })).default([]),
      conditions: conditionsSchema,
    })
    .prefault({}),
})

function instanceFacts(object: KubernetesObject): Facts {
  const { spec, status } = instanceSchema.parse(object)
  return {
    kind: 'instance',
    phase: status.phase,
    ready: status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    address: status.interfaces[0]?.ipAddress,
    image: spec.volumes.find((volume) => volume.name === 'root')?.containerDisk?.image,
    templateRevision: object.metadata.annotations?.[templateRevisionKey],
    conditions: tellingOnly(status.conditions),
  }
}
