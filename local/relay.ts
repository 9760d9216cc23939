import { once } from 'node:events'
import { connect, createServer, type Socket, type TcpNetConnectOpts, type IpcNetConnectOpts } from 'node:net'
import type { AddressInfo } from 'node:net'

export type RelayEnd = Pick<TcpNetConnectOpts, 'host' | 'port'> | Pick<IpcNetConnectOpts, 'path'>

export interface Relay {
  /** The TCP port that it listens on; 0 for a socket file. */
  readonly port: number
  close(): Promise<void>
}

/** Carries each connection that is made to `from` on to `to`, byte for byte. A socket file crosses network namespaces; a port does not. */
export async function startRelay(from: RelayEnd, to: RelayEnd): Promise<Relay> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    const outgoing = connect({ ...to, allowHalfOpen: true })
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
  })
  server.listen(from)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: isTcp(address) ? address.port : 0,
    async close() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}

const isTcp = (address: AddressInfo | string | null): address is AddressInfo => typeof address === 'object' && address !== null
