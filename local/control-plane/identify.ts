import type { Identity } from '../kubernetes/identity.ts'
import type { ClusterContext } from './cluster-context.ts'
import type { Signer } from './credentials.ts'

export interface User {
  readonly name: string
  readonly groups?: readonly string[]
}

export const administrator: User = { name: 'admin', groups: ['system:masters'] }

/** The user that a pod of this ServiceAccount would be. */
export const serviceAccount = (namespace: string, name: string): User => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
})

export const serverUrl = ({ address, ports }: Pick<ClusterContext, 'address' | 'ports'>): string => `https://${address}:${ports.api}`

/** A client certificate for any user, as the cluster's authority gives it out. */
export async function identify(authority: Signer, server: string, user: User): Promise<Identity> {
  const pair = await authority.issue({ commonName: user.name, organizations: user.groups ?? [] })
  return { server, authority: authority.pem, ...pair }
}
