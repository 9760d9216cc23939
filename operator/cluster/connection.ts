import http from 'node:http'
import https from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'

export interface Connection {
  readonly server: URL
  /** Options for one request: agent with kept-alive sockets, authority, client certificate or token, as the kubeconfig says. */
  readonly options: () => Promise<https.RequestOptions>
  readonly close: () => void
}

const tlsFields = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'rejectUnauthorized', 'servername'] as const

/**
 * Requests to the current cluster of a kubeconfig. Credentials are read again at most every `refreshMs`, so rotated tokens and
 * certificates are taken up; a changed certificate gets a new agent. Throws when the kubeconfig names no cluster.
 */
export function connect(kubeConfig: KubeConfig, refreshMs = 10_000): Connection {
  const cluster = kubeConfig.getCurrentCluster()
  if (cluster === null) throw new Error('connecting to Kubernetes: the kubeconfig names no current cluster; set KUBECONFIG or run in a pod')
  const server = new URL(cluster.server)
  let agent: { agent: http.Agent; identity: string } | undefined
  let cached: { options: https.RequestOptions; atMs: number } | undefined

  const refresh = async (): Promise<https.RequestOptions> => {
    const options: https.RequestOptions = {}
    await kubeConfig.applyToHTTPSOptions(options)
    if (cluster.proxyUrl !== undefined) return options
    const tls = Object.fromEntries(tlsFields.filter((field) => options[field] !== undefined).map((field) => [field, options[field]]))
    const identity = JSON.stringify(tls)
    if (agent?.identity !== identity) {
      agent?.agent.destroy()
      const agentOptions = { ...tls, keepAlive: true, keepAliveMsecs: 15_000, maxSockets: 128, scheduling: 'lifo' } as const
      agent = { identity, agent: server.protocol === 'http:' ? new http.Agent(agentOptions) : new https.Agent(agentOptions) }
    }
    return { ...options, agent: agent.agent }
  }

  return {
    server,
    options: async () => {
      const nowMs = performance.now()
      if (cached === undefined || nowMs - cached.atMs > refreshMs) cached = { options: await refresh(), atMs: nowMs }
      return cached.options
    },
    close: () => agent?.agent.destroy(),
  }
}
