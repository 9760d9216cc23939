import * as z from 'zod'
import { type Role, roles } from '../api/roles.ts'
import { annotationKeys } from './annotation-keys.ts'

/** Cluster addresses of the three Services: one, or two on a dual-stack cluster. */
export type ServiceAddresses = Readonly<Record<Role, readonly string[]>>

const addressesSchema = z
  .array(z.union([z.ipv4(), z.ipv6()]))
  .min(1)
  .max(2)
const recordSchema = z.object({ nextcloud: addressesSchema, agent: addressesSchema, ollama: addressesSchema })

export function serviceAddressesText(addresses: ServiceAddresses): string {
  return JSON.stringify(Object.fromEntries(roles.map((role) => [role, addresses[role]])))
}

/** The addresses recorded on one of the instance's VirtualMachines; `undefined` where there is no readable record. */
export function recordedServiceAddresses(annotations: Readonly<Record<string, string>> | undefined): ServiceAddresses | undefined {
  const text = annotations?.[annotationKeys.serviceAddresses]
  if (text === undefined) return undefined
  try {
    return recordSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
