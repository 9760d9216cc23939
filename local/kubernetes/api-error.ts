import { z } from 'zod'

const statusSchema = z.looseObject({ message: z.string().optional(), reason: z.string().optional(), code: z.number().optional() })

/** An API server's refusal: what was asked, the HTTP status, and the server's own reason and message. */
export class ApiError extends Error {
  readonly status: number
  readonly reason: string

  constructor(what: string, status: number, body: string) {
    const parsed = parseStatus(body)
    super(`${what}: ${parsed.message ?? (body.slice(0, 500) || `HTTP ${status}`)}`)
    this.name = 'ApiError'
    this.status = status
    this.reason = parsed.reason ?? ''
  }
}

function parseStatus(body: string): z.infer<typeof statusSchema> {
  try {
    return statusSchema.parse(JSON.parse(body))
  } catch {
    return {}
  }
}

export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 409
