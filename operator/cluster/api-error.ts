import * as z from 'zod'

const statusSchema = z.object({
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.number().optional(),
  details: z
    .object({ retryAfterSeconds: z.number().optional(), causes: z.array(z.object({ reason: z.string().optional() })).optional() })
    .optional(),
})

/** The API server answered, and the answer is no. `doing` says what was asked, in words. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly reason: string
  /** The server's own sentence. */
  readonly detail: string
  readonly causes: readonly string[]

  constructor(doing: string, status: number, body: string) {
    const parsed = parseStatus(body)
    const detail = parsed.message ?? (body.slice(0, 300) || `HTTP ${status}`)
    super(`${doing}: ${detail}`)
    this.status = status
    this.reason = parsed.reason ?? 'Unknown'
    this.detail = detail
    this.causes = (parsed.details?.causes ?? []).map((cause) => cause.reason ?? '')
  }

  /** True where the same request cannot succeed until somebody changes something. */
  get isRefusal(): boolean {
    return [400, 403, 405, 413, 415, 422].includes(this.status)
  }
}

function parseStatus(body: string): z.infer<typeof statusSchema> {
  try {
    return statusSchema.parse(JSON.parse(body))
  } catch {
    return {}
  }
}

export const isApiError = (error: unknown, status: number): error is ApiError => error instanceof ApiError && error.status === status

/** The API server did not answer, or not in time. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable'
}
