import type { AuditHead } from '../../protocol/audit-record.ts'
import type { ReportRequest } from '../../protocol/gateway-api.ts'

export interface ReporterOptions {
  readonly send: (report: Omit<ReportRequest, 'session'>) => Promise<void>
  readonly consistency: (fromSize: number) => Promise<{ readonly head: AuditHead; readonly proof: readonly string[] }>
  readonly describe: () => Promise<Pick<ReportRequest, 'version' | 'since' | 'model' | 'approvalsPending' | 'probe'>>
  readonly everyMs: number
  readonly signal: AbortSignal
  readonly onFailure: (error: unknown) => void
}

/** Tells the gateway how the agent is and where its log stands. A report that fails is made up for by the next one. */
export class Reporter {
  readonly #options: ReporterOptions
  #reportedSize: number
  #timer: NodeJS.Timeout | undefined

  constructor(options: ReporterOptions, enrolledSize: number) {
    this.#options = options
    this.#reportedSize = enrolledSize
    options.signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true })
  }

  async start(): Promise<void> {
    await this.#report()
    if (!this.#options.signal.aborted) this.#timer = setTimeout(() => void this.start(), this.#options.everyMs)
  }

  async #report(): Promise<void> {
    try {
      const { head, proof } = await this.#options.consistency(this.#reportedSize)
      const description = await this.#options.describe()
      await this.#options.send({ ...description, auditHead: head, consistency: [...proof] })
      this.#reportedSize = head.size
    } catch (error) {
      this.#options.onFailure(error)
    }
  }
}
