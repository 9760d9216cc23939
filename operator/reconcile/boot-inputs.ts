import type { Moltagent } from '../api/moltagent.ts'
import { contentDigest } from '../cluster/content-digest.ts'
import type { DesiredConfiguration } from '../desired/configuration.ts'
import type { MachineImages } from '../desired/facts.ts'
import type { ServiceAddresses } from '../desired/service-addresses.ts'

/** Annotations on boot Secrets beyond `annotation-keys.ts`: what the operator needs to know of them without reading them. */
export const bootAnnotations = {
  /** Digest of everything the boot data was made from that is not secret. Another one: made anew. */
  inputs: 'moltagent.cloud/boot-inputs',
  /** The revision that the machine's template carries. */
  revision: 'moltagent.cloud/boot-revision',
  /** When certificates in it, or the authority behind them, are to be replaced. RFC 3339. */
  renewAt: 'moltagent.cloud/renew-at',
} as const

/** A Secret's identity and version stand for its content. */
export interface SecretVersion {
  readonly uid: string
  readonly version: string
}

export interface BootInputs {
  readonly moltagent: Moltagent
  readonly images: MachineImages
  readonly serviceAddresses: ServiceAddresses
  readonly gatewayAddresses: readonly string[]
  readonly configuration: DesiredConfiguration
  readonly keysUid: string
  readonly authorityRevision: string
  readonly administrator: SecretVersion | undefined
  readonly publicCertificate: SecretVersion | undefined
}

/**
 * Digest of what boot data is made from, without any secret value: when it is what the boot Secrets say, they need not be read or
 * rebuilt. Neighbours are left out: that one more instance exists is no reason to write to all the others.
 */
export function bootInputsDigest(inputs: BootInputs): string {
  const { moltagent, ...rest } = inputs
  const { metadata, spec } = moltagent
  const { hostname, access, egress } = spec.nextcloud
  return contentDigest({
    ...rest,
    uid: metadata.uid,
    name: metadata.name,
    namespace: metadata.namespace,
    hostname,
    access,
    egress,
    format: 1,
  })
}
