import type { DesiredConfiguration } from './configuration.ts'
import type { ServiceAddresses } from './service-addresses.ts'

/** A certificate and its key, PEM. */
export interface Leaf {
  readonly certificate: string
  readonly privateKey: string
}

/** What is to be known before anything of an instance can be built. */
export interface FoundationFacts {
  readonly configuration: DesiredConfiguration
  /** From the revocation record, never from status alone. */
  readonly revoked: boolean
  /** Addresses that the Services have or had; left out for those that never had one. */
  readonly recordedAddresses: Partial<ServiceAddresses>
}

/** What is to be known, besides, before a machine can be built. All of it is made elsewhere: nothing here is random. */
export interface MachineFacts {
  readonly images: MachineImages
  readonly serviceAddresses: ServiceAddresses
  /** Cluster addresses of the gateway's Service. */
  readonly gatewayAddresses: readonly string[]
  /** Certificate of the instance's authority, PEM. */
  readonly authority: string
  readonly leaves: { readonly nextcloud: Leaf; readonly ollama: Leaf }
  /** Content of `spec.nextcloud.tls.secretRef`. */
  readonly publicLeaf?: Leaf
  readonly administrator: { readonly username: string; readonly password: string }
  /** OpenSSH public key, pinned to the forced command. */
  readonly operatorKey: string
  /** Single-use token of the agent's next boot. Without one there is no boot Secret for it, and its machine waits. */
  readonly agentToken?: string
  /** Key of the digests that tell whether a Secret's content is as wanted. */
  readonly digestKey: string
  /** Service addresses of some other instance, if there is one: probes try them. */
  readonly neighbours: readonly ServiceAddresses[]
}

export interface MachineImages {
  readonly nextcloud: string
  readonly agent: string
  readonly ollama: string
  readonly models: readonly { readonly name: string; readonly image: string }[]
}
