import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { roles } from '../api/roles.ts'
import type { ServiceAddresses } from '../desired/service-addresses.ts'
import type { Caches } from './caches.ts'

/** Service addresses of one other instance, the first that has all three: something that must not be reached, for probes to try. */
export function neighbours(caches: Caches, moltagent: Moltagent): readonly ServiceAddresses[] {
  for (const other of caches.moltagents.values()) {
    if (other.namespace === moltagent.metadata.namespace && other.name === moltagent.metadata.name) continue
    const [nextcloud, agent, ollama] = roles.map((role) => {
      const facts = caches.services.get(`${other.namespace}/${objectNames.service(other.name, role)}`)?.facts
      return facts?.kind === 'service' && facts.clusterIPs.length > 0 ? facts.clusterIPs : undefined
    })
    if (nextcloud !== undefined && agent !== undefined && ollama !== undefined) return [{ nextcloud, agent, ollama }]
  }
  return []
}
