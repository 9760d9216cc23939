import type { VerbFailure } from '../../../operator/provision/verbs.ts'

/** A verb that cannot be done, with the code that its caller gets. */
export class VerbError extends Error {
  readonly code: VerbFailure['error']['code']
  constructor(code: VerbFailure['error']['code'], message: string) {
    super(message)
    this.code = code
  }
}
