import type { Identity } from '../kubernetes/identity.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A kubeconfig file's text. (JSON is YAML too.) */
export function kubeconfig(identity: Identity): string {
  const name = 'moltagent-local'
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: identity.server, 'certificate-authority-data': base64(identity.authority) } }],
    users: [{ name, user: { 'client-certificate-data': base64(identity.certificate), 'client-key-data': base64(identity.key) } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
