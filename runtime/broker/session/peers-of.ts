import { isIP } from 'node:net'
import type { BootDocument } from '../../protocol/boot-document.ts'
import type { RuntimeConfig } from '../../protocol/runtime-config.ts'
import type { TlsPeer } from '../http/open-tls.ts'

type AgentBoot = Extract<BootDocument, { readonly role: 'agent' }>

/** The machine has no DNS: an address is what the boot document's hosts say, or nothing. */
export function addressOf(boot: AgentBoot, name: string): string {
  if (isIP(name) > 0) return name
  const host = boot.hosts.find(({ names }) => names.includes(name))
  if (host === undefined) throw new Error(`finding the address of ${name}: the boot document's hosts do not name it`)
  return host.address
}

function peerAt(boot: AgentBoot, origin: string): TlsPeer {
  const { hostname, port } = new URL(origin)
  return {
    host: addressOf(boot, hostname),
    port: port === '' ? 443 : Number(port),
    serverName: hostname,
    authority: boot.authority,
    leastVersion: 'TLSv1.3',
  }
}

/** The gateway tells instances apart by SNI, which is the UID; its certificate may carry that or its own name. */
function gatewayPeer(boot: AgentBoot, port: number): TlsPeer {
  const { host } = boot.gateway
  return {
    host: addressOf(boot, host),
    port,
    serverName: boot.uid,
    certificateNames: [boot.uid, host],
    authority: boot.authority,
    leastVersion: 'TLSv1.3',
  }
}

export const gatewayPeers = (boot: AgentBoot): { readonly gateway: TlsPeer; readonly proxy: TlsPeer } => ({
  gateway: gatewayPeer(boot, boot.gateway.port),
  proxy: gatewayPeer(boot, boot.gateway.proxyPort),
})

export const enrolledPeers = (boot: AgentBoot, config: RuntimeConfig): { readonly nextcloud: TlsPeer; readonly ollama: TlsPeer } => ({
  nextcloud: peerAt(boot, config.nextcloud.origin),
  ollama: peerAt(boot, config.ollama.origin),
})
