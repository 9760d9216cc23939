import { createServer, type Server, type Socket } from 'node:net'
import type { WrittenKind } from '../protocol/audit-record.ts'
import { AuditRefusedError } from '../protocol/audit-refused-error.ts'
import {
  auditFrameLimitBytes,
  auditRequestSchema,
  type AuditRequest,
  type AuditResponse,
  type AuditResult,
} from '../protocol/audit-socket.ts'
import { encodeFrame, FrameReader } from '../protocol/frame.ts'
import type { AuditLog } from './audit-log.ts'

/** What one socket lets its program do. Which program that is the socket's file permissions decide, not its word. */
export interface SocketRights {
  /** `actor` of every record that comes through this socket. */
  readonly actor: string
  readonly kinds: readonly WrittenKind[]
  readonly mayErase: boolean
}

/** Requests of one connection that may be under way; more close it. */
const requestsUnderWay = 1024

/** Serves a log on one socket. A connection that sends what is not a frame or not a request is told so, then closed. */
export function auditSocketServer(log: AuditLog, rights: SocketRights): Server {
  return createServer((socket) => serveConnection(socket, log, rights))
}

function serveConnection(socket: Socket, log: AuditLog, rights: SocketRights): void {
  const reader = new FrameReader(auditFrameLimitBytes)
  let underWay = 0
  const send = (response: AuditResponse): void => {
    if (socket.writable) socket.write(encodeFrame(Buffer.from(JSON.stringify(response)), auditFrameLimitBytes))
  }
  const serve = async (request: AuditRequest): Promise<void> => {
    underWay += 1
    send(await response(request, log, rights))
    underWay -= 1
  }
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    try {
      for (const frame of reader.push(chunk)) {
        if (underWay >= requestsUnderWay) throw new AuditRefusedError('busy', `${underWay} requests are under way`)
        void serve(auditRequestSchema.parse(JSON.parse(frame.toString('utf8'))))
      }
    } catch (error) {
      const isBusy = error instanceof AuditRefusedError
      send({ ok: false, code: isBusy ? error.code : 'bad-request', message: isBusy ? error.message : 'this is no request to an audit log' })
      socket.destroySoon()
    }
  })
}

async function response(request: AuditRequest, log: AuditLog, rights: SocketRights): Promise<AuditResponse> {
  try {
    return { id: request.id, ok: true, result: await result(request, log, rights) }
  } catch (error) {
    if (error instanceof AuditRefusedError) return { id: request.id, ok: false, code: error.code, message: error.message.slice(0, 1024) }
    return { id: request.id, ok: false, code: 'unavailable', message: `${request.op}: the audit log failed` }
  }
}

async function result(request: AuditRequest, log: AuditLog, { actor, kinds, mayErase }: SocketRights): Promise<AuditResult> {
  switch (request.op) {
    case 'append':
      if (!kinds.includes(request.entry.kind)) throw new AuditRefusedError('forbidden', `${actor} may not record ${request.entry.kind}`)
      return { op: 'append', ...(await log.append(actor, request.entry)) }
    case 'head':
      return { op: 'head', head: log.head() }
    case 'consistency':
      return { op: 'consistency', ...(await proofOf(log.consistency(request.fromSize))) }
    case 'inclusion':
      return { op: 'inclusion', ...(await proofOf(log.inclusion(request.seq))) }
    case 'erase':
      if (!mayErase) throw new AuditRefusedError('forbidden', `${actor} may not erase salts`)
      return { op: 'erase', erased: await log.erase(request.subject) }
    default:
      return request satisfies never
  }
}

async function proofOf(proof: ReturnType<AuditLog['consistency']>) {
  const { head, proof: hashes } = await proof
  return { head, proof: [...hashes] }
}
