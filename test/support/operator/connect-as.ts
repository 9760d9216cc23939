import { KubeConfig } from '@kubernetes/client-node'
import type { Identity } from '../../../local/kubernetes/identity.ts'
import { connect, type Connection } from '../../../operator/cluster/connection.ts'

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** The operator's own way to the API server, as any user. */
export function connectAs(identity: Identity): Connection {
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromClusterAndUser(
    { name: 'test', server: identity.server, caData: base64(identity.authority), skipTLSVerify: false },
    { name: 'test', certData: base64(identity.certificate), keyData: base64(identity.key) },
  )
  return connect(kubeConfig)
}
