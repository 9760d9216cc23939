import { leafNames } from '../api/host-names.ts'
import type { Moltagent } from '../api/moltagent.ts'
import type { Role } from '../api/roles.ts'
import { issueLeaf } from '../certificates/leaf.ts'
import { leafReplacementReason } from '../certificates/replacement-reason.ts'
import type { Leaf, MachineFacts, MachineImages } from '../desired/facts.ts'
import type { ServiceAddresses } from '../desired/service-addresses.ts'
import { bootDocumentOf } from './boot-document-of.ts'
import type { ReconcileContext } from './context.ts'
import { operatorPublicKey, type InstanceKeys } from './instance-keys.ts'
import { neighbours } from './neighbours.ts'
import type { Problem } from './problem.ts'
import { readSecretValues } from './user-secret.ts'

export type GatheredFacts = { readonly ok: true; readonly facts: MachineFacts } | { readonly ok: false; readonly problem: Problem }

export interface FactSources {
  readonly keys: InstanceKeys
  readonly images: MachineImages
  readonly serviceAddresses: ServiceAddresses
  readonly administratorSecret: { readonly name: string; readonly field: string }
}

/** Reads and makes everything that boot data needs, values of Secrets too: only called when boot data has to be written. */
export async function gatherMachineFacts(context: ReconcileContext, moltagent: Moltagent, sources: FactSources): Promise<GatheredFacts> {
  const administrator = await readSecretValues(context, moltagent, { ...sources.administratorSecret, keys: ['username', 'password'] })
  if (!administrator.ok) return administrator
  const publicLeaf = await readPublicLeaf(context, moltagent)
  if (publicLeaf !== undefined && 'problem' in publicLeaf) return { ok: false, problem: publicLeaf.problem }
  const [nextcloud, ollama] = await Promise.all([
    currentLeaf(context, moltagent, 'nextcloud', sources.keys),
    currentLeaf(context, moltagent, 'ollama', sources.keys),
  ])
  const facts: MachineFacts = {
    images: sources.images,
    serviceAddresses: sources.serviceAddresses,
    gatewayAddresses: context.configuration.gatewayAddresses,
    authority: sources.keys.authority.certificate,
    leaves: { nextcloud, ollama },
    ...(publicLeaf !== undefined && { publicLeaf }),
    administrator: administrator.values,
    operatorKey: operatorPublicKey(sources.keys, 'moltagent-operator'),
    agentToken: context.randomToken(32),
    digestKey: sources.keys.digestKey,
    neighbours: neighbours(context.caches, moltagent),
  }
  return { ok: true, facts }
}

async function readPublicLeaf(context: ReconcileContext, moltagent: Moltagent): Promise<Leaf | { readonly problem: Problem } | undefined> {
  const { tls } = moltagent.spec.nextcloud
  if (tls === undefined) return undefined
  const secret = { name: tls.secretRef.name, field: 'spec.nextcloud.tls.secretRef', keys: ['tls.crt', 'tls.key'] as const }
  const read = await readSecretValues(context, moltagent, secret)
  if (!read.ok) return { problem: read.problem }
  const leaf = { certificate: read.values['tls.crt'], privateKey: read.values['tls.key'] }
  if ([leaf.certificate, leaf.privateKey].every((pem) => pem.startsWith('-----BEGIN '))) return leaf
  const message = `Secret ${secret.name}, named in ${secret.field}: tls.crt and tls.key must be PEM`
  return { problem: { reason: 'SecretInvalid', message } }
}

/** The leaf that the machine has, while it may stay; else a new one. */
async function currentLeaf(
  context: ReconcileContext,
  moltagent: Moltagent,
  role: Extract<Role, 'nextcloud' | 'ollama'>,
  keys: InstanceKeys,
): Promise<Leaf> {
  const { metadata, spec } = moltagent
  const now = context.clock.now()
  const dnsNames = leafNames(metadata, role, spec.nextcloud.hostname)
  const document = await bootDocumentOf(context, moltagent, role)
  const stored = document !== undefined && document.role !== 'agent' ? document.leaf : undefined
  if (stored !== undefined && leafReplacementReason(stored, keys.authority, { dnsNames, now }) === undefined) return stored
  const request = { holder: role, uid: metadata.uid, use: 'server', dnsNames, now, lifetimeDays: context.configuration.leafDays } as const
  return issueLeaf(keys.authority, request)
}
