import { AuditClient, AuditRefusedError } from '../protocol/audit-client.ts'
import type { AuditEntry, AuditHead } from '../protocol/audit-record.ts'
import type { AuditPort } from './audit-trail.ts'

export interface AuditConnection extends AuditPort {
  readonly head: () => Promise<AuditHead>
  readonly consistency: (fromSize: number) => Promise<{ readonly head: AuditHead; readonly proof: readonly string[] }>
  readonly close: () => void
}

const isLost = (error: unknown): boolean => error instanceof AuditRefusedError && error.code === 'unavailable'

/** A connection to the log's socket that is made when needed and made anew after it was lost. What failed is not repeated. */
export function auditConnection(path: string): AuditConnection {
  let client: Promise<AuditClient> | undefined

  const ask = async <Result>(question: (client: AuditClient) => Promise<Result>): Promise<Result> => {
    client ??= AuditClient.connect(path)
    try {
      return await question(await client)
    } catch (error) {
      if (isLost(error)) client = undefined
      throw error
    }
  }

  return {
    append: (entry: AuditEntry) => ask((log) => log.append(entry)),
    head: async () => (await ask((log) => log.head())).head,
    consistency: (fromSize) => ask((log) => log.consistency(fromSize)),
    close: () => {
      client?.then((log) => log.close()).catch(() => {})
    },
  }
}
