import { type Role, roles } from './roles.ts'

interface Instance {
  readonly name: string
  readonly namespace: string
  readonly uid: string
}

/** Who holds a certificate of the instance's authority. */
export type LeafHolder = Role | 'gateway'

/** The name by which a machine is reached from the others (their hosts files) and from the operator (cluster DNS): its Service's. */
export function machineHost(instance: Instance, role: Role): string {
  return `${instance.name}-${role}.${instance.namespace}.svc`
}

/** The name by which an instance's own door at the gateway is known: in its agent's hosts file, as SNI, in the certificate. */
export function gatewayHost(instance: Instance): string {
  return instance.uid
}

/** DNS names in a holder's certificate. Nextcloud's has the public name too, for people where no other certificate is given. */
export function leafNames(instance: Instance, holder: LeafHolder, publicHostname: string): readonly string[] {
  if (holder === 'gateway') return [gatewayHost(instance)]
  const own = machineHost(instance, holder)
  return holder === 'nextcloud' ? [own, publicHostname] : [own]
}

/** Every DNS name the instance's authority may sign. */
export function authorityNames(instance: Instance, publicHostname: string): readonly string[] {
  const holders: readonly LeafHolder[] = [...roles, 'gateway']
  return holders.flatMap((holder) => leafNames(instance, holder, publicHostname))
}
