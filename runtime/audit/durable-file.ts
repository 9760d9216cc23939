import { AuditRefusedError } from '../protocol/audit-refused-error.ts'
import type { AppendFile } from './log-files.ts'

const fullCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** True when the system says that there is no room to write. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && fullCodes.includes(error.code)
}

/**
 * A file that grows by whole, durable pieces: after a failed piece it is as before.
 *
 * What was written by somebody else, what cannot be taken back, and a failed fdatasync (after which the kernel may have dropped what it
 * could not write) make it unusable for good: only opening the log again, which reads what is really there, helps.
 */
export class DurableFile {
  readonly #file: AppendFile
  readonly #name: string
  #size: number
  #failure: AuditRefusedError | undefined

  constructor(file: AppendFile, name: string, size: number) {
    this.#file = file
    this.#name = name
    this.#size = size
  }

  /** Rejects with `AuditRefusedError`: `disk-full` (it may go well later) or `unavailable` (for good). */
  async commit(bytes: Uint8Array): Promise<void> {
    if (this.#failure) throw this.#failure
    const found = await this.#attempt('looking at', () => this.#file.size())
    if (found !== this.#size)
      throw this.#fail(`writing to ${this.#name}: it has ${found} bytes, the log wrote ${this.#size}: somebody else changed it`)
    try {
      await this.#file.append(bytes)
    } catch (cause) {
      await this.#takeBack(cause)
    }
    await this.#attempt('flushing', () => this.#file.datasync())
    this.#size += bytes.length
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #takeBack(cause: unknown): Promise<never> {
    await this.#attempt('taking back an incomplete write to', () => this.#file.truncate(this.#size))
    if (isDiskFull(cause)) {
      throw new AuditRefusedError('disk-full', `writing to ${this.#name}: the disk is full; nothing was recorded, so nothing may be done`, {
        cause,
      })
    }
    throw this.#fail(`writing to ${this.#name} failed`, cause)
  }

  async #attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (cause) {
      throw this.#fail(`${what} ${this.#name} failed; the log must be opened again`, cause)
    }
  }

  #fail(message: string, cause?: unknown): AuditRefusedError {
    this.#failure = new AuditRefusedError('unavailable', message, cause === undefined ? {} : { cause })
    return this.#failure
  }
}
