import { isInNetwork, selects, type Connection } from './evaluator.ts'
import type { Inhabitant, Instance, MachineRole, NamespaceLabels } from './world.ts'

/*
 * The traffic matrix of the design, written a second time in its own words: nothing here comes from operator/desired. What it says must
 * be what stored policies do.
 */

type Side = 'out' | 'in'

interface View {
  readonly namespaces: NamespaceLabels
  readonly instance: Instance
  readonly other: Inhabitant
  readonly address: string
}

const isOwn = (view: View, role: MachineRole): boolean =>
  view.other.machine?.instance === view.instance.uid && view.other.machine.role === role

const isPeople = ({ namespaces, instance, other, address }: View): boolean =>
  instance.access.some(({ cidr, namespaceSelector, podSelector }) => {
    if (cidr !== undefined) return isInNetwork(address, cidr)
    if (other.namespace === undefined) return false
    const here = namespaceSelector ? selects(namespaceSelector, namespaces[other.namespace] ?? {}) : other.namespace === instance.namespace
    return here && (podSelector === undefined || selects(podSelector, other.labels ?? {}))
  })

const isListed = ({ instance, address }: View, port: number): boolean =>
  instance.egress.some((peer) => peer.port === port && isInNetwork(address, peer.cidr))

type Rule = (view: View, port: number) => boolean

const rules: Readonly<Record<MachineRole, Readonly<Record<Side, Rule>>>> = {
  agent: {
    out: (view, port) =>
      !view.instance.revoked &&
      ((isOwn(view, 'nextcloud') && port === 443) ||
        (isOwn(view, 'ollama') && port === 11_434) ||
        (view.other.program === 'gateway' && (port === 8443 || port === 3128))),
    in: (view, port) => !view.instance.revoked && isOwn(view, 'nextcloud') && port === 8443,
  },
  nextcloud: {
    out: (view, port) => (!view.instance.revoked && isOwn(view, 'agent') && port === 8443) || isListed(view, port),
    in: (view, port) =>
      (!view.instance.revoked && isOwn(view, 'agent') && port === 443) ||
      (view.other.program === 'operator' && (port === 443 || port === 22)) ||
      (view.other.program === 'gateway' && port === 443) ||
      (isPeople(view) && port === 443),
  },
  ollama: {
    out: () => false,
    in: (view, port) => port === 11_434 && ((!view.instance.revoked && isOwn(view, 'agent')) || view.other.program === 'gateway'),
  },
}

/** Whether the matrix lets the connection through, for the instances there are. All that is not one of their machines is free. */
export function matrixAllows(
  instances: readonly Instance[],
  namespaces: NamespaceLabels,
  connection: Connection & { from: Inhabitant; to: Inhabitant },
): boolean {
  const { from, to, port, protocol, family } = connection
  if (from === to) return true
  const side = (end: Inhabitant, other: Inhabitant, direction: Side): boolean => {
    const instance = instances.find(({ uid }) => uid === end.machine?.instance)
    if (instance === undefined || end.machine === undefined) return true
    const view = { namespaces, instance, other, address: other.addresses[family] ?? '' }
    return protocol === 'TCP' && rules[end.machine.role][direction](view, port)
  }
  return side(from, to, 'out') && side(to, from, 'in')
}
