import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import type { ProbeTarget } from '../protocol/isolation.ts'
import { dnsQuery } from './dns-query.ts'

/** `open`: something answered, if only with a refusal. `closed`: nothing came back, or no packet could leave. */
export type ProbeResult = 'open' | 'closed'

/** Errors that say: the packet did not leave, or nothing came back. A refused connection is an answer, so the way is open. */
const silent = new Set([
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EPERM',
  'EACCES',
  'EHOSTDOWN',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
])

const resultOf = (error: NodeJS.ErrnoException): ProbeResult => (silent.has(error.code ?? '') ? 'closed' : 'open')

/**
 * Tries one target and waits at most `timeoutMs` for any sign that packets come through: never throws, and an error that is not known to
 * mean silence counts as open, since what cannot be told must not pass for closed.
 */
export function tryTarget(target: ProbeTarget, timeoutMs: number): Promise<ProbeResult> {
  switch (target.protocol) {
    case 'tcp':
      return tryTcp(target.host, target.port ?? 0, timeoutMs)
    case 'udp':
    case 'dns':
      return tryUdp(target.host, target.port ?? 53, timeoutMs)
    case 'icmp':
      return tryEcho(target.host, timeoutMs)
    default:
      return target.protocol satisfies never
  }
}

function tryTcp(host: string, port: number, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    const end = (result: ProbeResult): void => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => end('open'))
    socket.once('timeout', () => end('closed'))
    socket.once('error', (error) => end(resultOf(error)))
  })
}

/** A question for a name under `.invalid`: a resolver answers it, an NTP server or anything else that is not listening refuses by ICMP. */
function tryUdp(host: string, port: number, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    const timer = setTimeout(() => end('closed'), timeoutMs)
    function end(result: ProbeResult): void {
      clearTimeout(timer)
      socket.close()
      resolve(result)
    }
    socket.once('message', () => end('open'))
    socket.once('error', (error) => end(resultOf(error)))
    socket.connect(port, host, () => socket.send(dnsQuery('probe.moltagent.invalid', port)))
  })
}

/** By the system's `ping`: exit 0 is an echo; 1 is silence; anything else (no such program) cannot be told and counts as open. */
function tryEcho(host: string, timeoutMs: number): Promise<ProbeResult> {
  const seconds = String(Math.max(1, Math.ceil(timeoutMs / 1000)))
  return new Promise((resolve) => {
    execFile('ping', ['-n', '-c', '1', '-W', seconds, host], { timeout: timeoutMs + 2000 }, (error, _stdout, stderr) => {
      const unreachable = /Network is unreachable|Operation not permitted/.test(stderr)
      resolve(error && (error.code === 1 || unreachable) ? 'closed' : 'open')
    })
  })
}
