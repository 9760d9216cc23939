import type { Role } from '../../api/roles.ts'
import { trafficMatrix, type Edge } from './matrix.ts'

/** Ports on which a machine listens for anybody, as the matrix says: what its interface and its Service list. Ascending. */
export function machinePorts(role: Role): readonly number[] {
  const edges: readonly Edge[] = trafficMatrix
  const ports = edges.filter((edge) => edge.to === role).flatMap((edge) => (edge.ports === 'listed' ? [] : edge.ports))
  return [...new Set(ports)].toSorted((left, right) => left - right)
}

/** A port's name in machines and Services. */
export function portName(port: number): string {
  return `tcp-${port}`
}
