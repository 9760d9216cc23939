import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import * as z from 'zod'
import { authorityNames } from '../api/host-names.ts'
import { labelsFor } from '../api/labels.ts'
import type { Moltagent } from '../api/moltagent.ts'
import { createAuthority } from '../certificates/authority.ts'
import type { CertificatePair } from '../certificates/key-pair.ts'
import { kinds } from '../cluster/kinds.ts'
import type { KubernetesObject } from '../cluster/kubernetes-object.ts'
import { openSshPublicKey } from './open-ssh-public-key.ts'

/** What the operator keeps for one instance in its own namespace, where the instance's users cannot read it. */
export interface InstanceKeys {
  readonly authority: CertificatePair
  /** PKCS #8 PEM, Ed25519: the operator's way into Nextcloud's machine, for the forced command alone. */
  readonly sshPrivateKey: string
  readonly digestKey: string
}

/** Name of the Secret with an instance's keys: by UID, so that namesakes of other namespaces or lives never meet. */
export const keysSecretName = (uid: string): string => `moltagent-keys-${uid}`

export const keysDataKeys = ['authority.crt', 'authority.key', 'digest.key', 'ssh.key'] as const

/** Whose keys they are: the instance is in another namespace, where an owner reference cannot point. */
export const instanceAnnotation = 'moltagent.cloud/instance'

export async function makeInstanceKeys(
  moltagent: Moltagent,
  now: Date,
  options: { lifetimeDays: number; digestKey: string },
): Promise<InstanceKeys> {
  const { metadata, spec } = moltagent
  const dnsNames = authorityNames(metadata, spec.nextcloud.hostname)
  return {
    authority: await createAuthority({ uid: metadata.uid, dnsNames, now, lifetimeDays: options.lifetimeDays }),
    sshPrivateKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    digestKey: options.digestKey,
  }
}

export function keysSecret(
  moltagent: Moltagent,
  namespace: string,
  keys: InstanceKeys,
  annotations: Readonly<Record<string, string>>,
): KubernetesObject {
  const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
  return {
    apiVersion: kinds.secret.apiVersion,
    kind: kinds.secret.kind,
    metadata: {
      name: keysSecretName(moltagent.metadata.uid),
      namespace,
      labels: labelsFor(moltagent.metadata),
      annotations: { [instanceAnnotation]: `${moltagent.metadata.namespace}/${moltagent.metadata.name}`, ...annotations },
    },
    type: 'Opaque',
    data: {
      'authority.crt': encode(keys.authority.certificate),
      'authority.key': encode(keys.authority.privateKey),
      'digest.key': encode(keys.digestKey),
      'ssh.key': encode(keys.sshPrivateKey),
    },
  }
}

const base64Text = z.base64().transform((text) => Buffer.from(text, 'base64').toString('utf8'))
const keysSchema = z.object({
  data: z.object({ 'authority.crt': base64Text, 'authority.key': base64Text, 'digest.key': base64Text, 'ssh.key': base64Text }),
})

/** The keys in a stored Secret; undefined where they are not complete, so that they are made anew. */
export function readInstanceKeys(secret: KubernetesObject): InstanceKeys | undefined {
  const parsed = keysSchema.safeParse(secret)
  if (!parsed.success) return undefined
  const { data } = parsed.data
  return {
    authority: { certificate: data['authority.crt'], privateKey: data['authority.key'] },
    digestKey: data['digest.key'],
    sshPrivateKey: data['ssh.key'],
  }
}

/** The public half of the operator's key, as an `authorized_keys` line has it. */
export function operatorPublicKey(keys: InstanceKeys, comment: string): string {
  return openSshPublicKey(createPublicKey(createPrivateKey(keys.sshPrivateKey)), comment)
}
