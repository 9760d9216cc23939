import { readFile } from 'node:fs/promises'
import * as z from 'zod'

export interface AuditEntry {
  readonly user: string
  readonly verb: string
  readonly resource: string
  readonly subresource: string | undefined
  readonly namespace: string
  readonly name: string
  readonly code: number
  readonly isWrite: boolean
  /** Milliseconds since the epoch, when the request was received and when it was answered. */
  readonly receivedMs: number
  readonly answeredMs: number
}

const lineSchema = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({
      resource: z.string().default(''),
      subresource: z.string().optional(),
      namespace: z.string().default(''),
      name: z.string().default(''),
    })
    .prefault({}),
  responseStatus: z.object({ code: z.number().default(0) }).prefault({}),
  requestReceivedTimestamp: z.string(),
  stageTimestamp: z.string(),
})

const writing: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** The API server's own record of requests, in the order in which they ended. A half-written last line is left for next time. */
export async function readAuditLog(path: string): Promise<readonly AuditEntry[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
  return lines.map((line) => {
    const { verb, user, objectRef, responseStatus, requestReceivedTimestamp, stageTimestamp } = lineSchema.parse(JSON.parse(line))
    return {
      user: user.username,
      verb,
      ...objectRef,
      subresource: objectRef.subresource,
      code: responseStatus.code,
      isWrite: writing.has(verb),
      receivedMs: Date.parse(requestReceivedTimestamp),
      answeredMs: Date.parse(stageTimestamp),
    }
  })
}
