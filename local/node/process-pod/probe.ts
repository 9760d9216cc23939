import http from 'node:http'
import https from 'node:https'
import { connect } from 'node:net'
import type { ContainerSpec, ProbeSpec } from './container-spec.ts'

/** Where a container can be asked. */
export interface ProbeTarget {
  readonly podIp: string
  readonly ports: ContainerSpec['ports']
  /** Runs a command in the container; true when it exits 0. */
  readonly exec: (command: readonly string[], signal: AbortSignal) => Promise<boolean>
}

/** Asks once: did it succeed? A probe that cannot be made has failed. */
export async function probe(spec: ProbeSpec, target: ProbeTarget): Promise<boolean> {
  const signal = AbortSignal.timeout(spec.timeoutSeconds * 1000)
  try {
    if (spec.httpGet) return await httpGet(spec.httpGet, target, signal)
    if (spec.tcpSocket) return await tcpConnect(target.podIp, portOf(spec.tcpSocket.port, target), signal)
    if (spec.exec) return await target.exec(spec.exec.command, signal)
  } catch {
    return false
  }
  return false
}

function portOf(port: number | string, { ports }: ProbeTarget): number {
  if (typeof port === 'number') return port
  const named = ports.find(({ name }) => name === port)
  if (named === undefined) throw new Error(`probing a container: it has no port named ${port}`)
  return named.containerPort
}

/** Certificates are not checked, as by a kubelet. */
function httpGet(get: NonNullable<ProbeSpec['httpGet']>, target: ProbeTarget, signal: AbortSignal): Promise<boolean> {
  const options = { host: get.host ?? target.podIp, port: portOf(get.port, target), path: get.path, signal, agent: false } as const
  return new Promise((resolve, reject) => {
    const answered = (response: http.IncomingMessage): void => {
      response.resume()
      const status = response.statusCode ?? 0
      resolve(status >= 200 && status < 400)
    }
    const request = get.scheme === 'HTTPS' ? https.get({ ...options, rejectUnauthorized: false }, answered) : http.get(options, answered)
    request.on('error', reject)
  })
}

function tcpConnect(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
