import type { Labels } from './objects.ts'

/** Where pods of one of the installation's own programs are, and by which labels policies know them. */
export interface ProgramPods {
  readonly namespace: string
  readonly labels: Labels
}

/** What the operator's configuration says about every instance. */
export interface DesiredConfiguration {
  readonly operatorPods: ProgramPods
  readonly gatewayPods: ProgramPods
  /** Default images by digest. An absent one must be in the resource. */
  readonly images: { readonly nextcloud?: string; readonly agent?: string; readonly ollama?: string }
  /** Models where the resource lists none. */
  readonly models: readonly { readonly name: string; readonly image: string }[]
  /** Addresses every machine must not reach, whatever else is installed: they become probes. */
  readonly surroundings: Surroundings
}

/** What lies around the machines. Each entry is an address; more than a few of a kind prove nothing more. */
export interface Surroundings {
  readonly apiServers: readonly { readonly host: string; readonly port: number }[]
  readonly nodes: readonly string[]
  readonly nameServers: readonly string[]
}
