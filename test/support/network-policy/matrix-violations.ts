import { type Connection, isAllowed, type Policy } from './evaluator.ts'
import { matrixAllows } from './reference-matrix.ts'
import { type Inhabitant, inhabitants, type Instance, namespaceLabels } from './world.ts'

/** Every port that means something to somebody, some that mean nothing, and other protocols over ports that are open for TCP. */
const probes = [
  ...[22, 25, 53, 80, 443, 587, 636, 3128, 6443, 8443, 10_250, 11_434].map((port) => ({ protocol: 'TCP' as const, port })),
  { protocol: 'UDP' as const, port: 53 },
  { protocol: 'UDP' as const, port: 443 },
  { protocol: 'SCTP' as const, port: 443 },
]

const ways = (['ipv4', 'ipv6'] as const).flatMap((family) => probes.map((probe) => ({ ...probe, family })))

interface Attempt extends Connection {
  readonly from: Inhabitant
  readonly to: Inhabitant
}

function* attempts(instances: readonly Instance[]): Generator<Attempt> {
  const everybody = inhabitants(instances)
  for (const from of everybody) {
    for (const to of everybody) {
      if (from.machine === undefined && to.machine === undefined) continue
      for (const way of ways) yield { from, to, ...way }
    }
  }
}

export interface Comparison {
  readonly compared: number
  /** Connections that the policies let through, to show that the comparison is not of nothing with nothing. */
  readonly allowed: number
  /** Sentences: what the policies do and the matrix does not say, or the other way about. */
  readonly violations: readonly string[]
}

/** Tries every connection that has one of the instances' machines at an end, by the policies and by the matrix. */
export function compareWithMatrix(instances: readonly Instance[], policies: readonly Policy[]): Comparison {
  const world = { policies, namespaces: namespaceLabels(instances) }
  const violations: string[] = []
  let compared = 0
  let allowed = 0
  for (const attempt of attempts(instances)) {
    const open = isAllowed(world, attempt)
    compared += 1
    if (open) allowed += 1
    if (open === matrixAllows(instances, world.namespaces, attempt)) continue
    const { from, to, family, protocol, port } = attempt
    violations.push(`${open ? 'open' : 'closed'} against the matrix: ${from.name} -> ${to.name} ${protocol} ${port} ${family}`)
  }
  return { compared, allowed, violations }
}
