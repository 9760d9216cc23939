import type { Moltagent } from '../api/moltagent.ts'
import { type Role, roles } from '../api/roles.ts'
import type { DesiredConfiguration } from './configuration.ts'
import type { MachineImages } from './facts.ts'

export type ResolvedImages =
  | { readonly ok: true; readonly images: MachineImages }
  | { readonly ok: false; readonly reason: 'ImageNotConfigured' | 'ModelsNotConfigured'; readonly message: string }

/** The images to run: the resource's, else the configuration's. Where neither has one: a reason and a sentence for `Stalled`. */
export function resolveImages(moltagent: Moltagent, configuration: DesiredConfiguration): ResolvedImages {
  const imageOf = (role: Role): string | undefined => moltagent.spec[role].image ?? configuration.images[role]
  const images = { nextcloud: imageOf('nextcloud'), agent: imageOf('agent'), ollama: imageOf('ollama') }
  const { nextcloud, agent, ollama } = images
  if (nextcloud === undefined || agent === undefined || ollama === undefined) {
    const missing = roles.filter((role) => images[role] === undefined).map((role) => `spec.${role}.image`)
    return { ok: false, reason: 'ImageNotConfigured', message: sentence(missing) }
  }
  const models = moltagent.spec.ollama.models ?? configuration.models
  if (models.length === 0) return { ok: false, reason: 'ModelsNotConfigured', message: sentence(['spec.ollama.models']) }
  return { ok: true, images: { nextcloud, agent, ollama, models } }
}

function sentence(missing: readonly string[]): string {
  return `no image is known for ${missing.join(', ')}: write it in the resource, by digest, or set a default in the operator's configuration`
}
