import { chmod, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { brokerLimits } from '../../protocol/broker-api.ts'
import { Connection, type ConnectionPorts } from './connection.ts'

export interface Listening {
  readonly close: () => void
}

/** Listens on a Unix socket that only its owner and group may use. A socket left by an earlier run is replaced. */
export async function listen(path: string, ports: ConnectionPorts): Promise<Listening> {
  await rm(path, { force: true })
  const server = createServer((socket) => void new Connection(socket, ports))
  server.maxConnections = brokerLimits.connections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  await chmod(path, 0o660)
  return { close: () => void server.close() }
}
