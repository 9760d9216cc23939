import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { AuditEntry, AuditHead } from '../../../runtime/protocol/audit-record.ts'
import { auditFrameLimitBytes, auditRequestSchema, type AuditRequest } from '../../../runtime/protocol/audit-socket.ts'
import { encodeFrame, FrameReader } from '../../../runtime/protocol/frame.ts'

/** Speaks the log's socket and keeps the entries in memory: for tests that look at what the broker records. It is no log. */
export interface AuditStandIn {
  readonly entries: AuditEntry[]
  readonly state: { isFull: boolean }
  readonly stop: () => Promise<void>
}

function head(size: number): AuditHead {
  return { size, root: 'A'.repeat(43), key: 'A'.repeat(43), signature: 'A'.repeat(86) }
}

function result(request: AuditRequest, entries: AuditEntry[]): object {
  if (request.op === 'append') {
    entries.push(request.entry)
    return { op: 'append', seq: entries.length - 1, hash: '0'.repeat(64) }
  }
  return request.op === 'head' ? { op: 'head', head: head(entries.length) } : { op: 'consistency', head: head(entries.length), proof: [] }
}

export async function startAuditStandIn(path: string): Promise<AuditStandIn> {
  const entries: AuditEntry[] = []
  const state = { isFull: false }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const reader = new FrameReader(auditFrameLimitBytes)
    socket.on('data', (bytes: Buffer) => {
      for (const frame of reader.push(bytes)) {
        const request = auditRequestSchema.parse(JSON.parse(frame.toString('utf8')))
        const isRefused = state.isFull && request.op === 'append'
        const answer = isRefused
          ? { id: request.id, ok: false, code: 'disk-full', message: 'no space left' }
          : { id: request.id, ok: true, result: result(request, entries) }
        socket.write(encodeFrame(Buffer.from(JSON.stringify(answer)), auditFrameLimitBytes))
      }
    })
  })
  await once(server.listen(path), 'listening')
  return {
    entries,
    state,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
