import { selectorLabels } from '../../api/labels.ts'
import type { Moltagent } from '../../api/moltagent.ts'
import type { DesiredConfiguration, ProgramPods } from '../configuration.ts'
import type { NetworkPolicyPeer } from '../objects.ts'
import type { Party } from './matrix.ts'

/** The label that the API server itself puts on every namespace. */
const namespaceNameLabel = 'kubernetes.io/metadata.name'

function programPeer(pods: ProgramPods): NetworkPolicyPeer {
  return { namespaceSelector: { matchLabels: { [namespaceNameLabel]: pods.namespace } }, podSelector: { matchLabels: pods.labels } }
}

/** Nothing for an entry that selects nothing in particular: admission refuses it, and nobody reads it as everybody. */
function accessPeer(access: Moltagent['spec']['nextcloud']['access'][number]): readonly NetworkPolicyPeer[] {
  const { cidr, namespaceSelector, podSelector } = access
  if (cidr !== undefined) return [{ ipBlock: { cidr } }]
  if (namespaceSelector === undefined && podSelector === undefined) return []
  return [{ ...(namespaceSelector && { namespaceSelector }), ...(podSelector && { podSelector }) }]
}

/**
 * The peers of a policy's rule that stand for a party. None for `listed`, whose ranges each have their own ports, and none for
 * `people` where the resource lists nobody: a rule without peers would let everybody in, so a rule is left out then.
 */
export function peersOf(party: Party, moltagent: Moltagent, configuration: DesiredConfiguration): readonly NetworkPolicyPeer[] {
  switch (party) {
    case 'nextcloud':
    case 'agent':
    case 'ollama':
      return [{ podSelector: { matchLabels: selectorLabels(moltagent.metadata.uid, party) } }]
    case 'operator':
      return [programPeer(configuration.operatorPods)]
    case 'gateway':
      return [programPeer(configuration.gatewayPods)]
    case 'people':
      return moltagent.spec.nextcloud.access.flatMap(accessPeer)
    case 'listed':
      return []
    default:
      return party satisfies never
  }
}
