/**
 * Something an HTTP peer sent, or the way to it, is not acceptable. `code` is stable and safe to show; the message never holds
 * bytes that the peer sent, because those may repeat a credential.
 */
export class HttpError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'HttpError'
    this.code = code
  }
}
