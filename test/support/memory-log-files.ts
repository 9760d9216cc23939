import type { AppendFile, LogFiles } from '../../runtime/audit/log-files.ts'

interface MemoryFile {
  durable: Buffer
  pending: Buffer
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: by order of the test`), { code })
}

/**
 * A double of a disk that keeps apart what was flushed and what was only written, so that a test can cut the power, and that can be
 * full or fail on demand.
 */
export class MemoryLogFiles implements LogFiles {
  readonly #files = new Map<string, MemoryFile>()
  /** Bytes that may still be written. */
  room = Number.POSITIVE_INFINITY
  /** Makes the next flush fail. */
  failsToFlush = false

  async names(): Promise<readonly string[]> {
    return [...this.#files.keys()]
  }

  async size(name: string): Promise<number> {
    return this.content(name).length
  }

  async *read(name: string, start = 0): AsyncIterable<Buffer> {
    yield this.content(name).subarray(start)
  }

  async place(name: string, content: Uint8Array): Promise<void> {
    this.#spend(content.length)
    this.#files.set(name, { durable: Buffer.from(content), pending: Buffer.alloc(0) })
  }

  async syncFolder(): Promise<void> {}

  async openAppend(name: string): Promise<AppendFile> {
    const file = this.#file(name)
    return {
      size: async () => file.durable.length + file.pending.length,
      append: async (bytes) => {
        const fits = Math.min(bytes.length, this.room)
        file.pending = Buffer.concat([file.pending, bytes.subarray(0, fits)])
        this.#spend(bytes.length)
      },
      datasync: async () => {
        if (this.failsToFlush) throw systemError('EIO')
        file.durable = Buffer.concat([file.durable, file.pending])
        file.pending = Buffer.alloc(0)
      },
      truncate: async (size) => {
        const all = Buffer.concat([file.durable, file.pending])
        file.durable = all.subarray(0, Math.min(size, file.durable.length))
        file.pending = all.subarray(file.durable.length, size)
      },
      close: async () => {},
    }
  }

  content(name: string): Buffer {
    const { durable, pending } = this.#file(name)
    return Buffer.concat([durable, pending])
  }

  /** Bytes that somebody else adds behind the log's back. */
  addForeign(name: string, bytes: Uint8Array): void {
    const file = this.#file(name)
    file.durable = Buffer.concat([file.durable, bytes])
  }

  /** What a disk may hold after the power went: of what was not flushed some beginning, or zeros of the right length. */
  afterPowerCut(random: () => number): MemoryLogFiles {
    const after = new MemoryLogFiles()
    for (const [name, { durable, pending }] of this.#files) {
      const kept = Math.floor(random() * (pending.length + 1))
      const survives = random() < 0.3 ? Buffer.alloc(kept) : pending.subarray(0, kept)
      after.#files.set(name, { durable: Buffer.concat([durable, survives]), pending: Buffer.alloc(0) })
    }
    return after
  }

  #file(name: string): MemoryFile {
    const file = this.#files.get(name)
    if (!file) throw systemError('ENOENT')
    return file
  }

  #spend(bytes: number): void {
    if (bytes > this.room) {
      this.room = 0
      throw systemError('ENOSPC')
    }
    this.room -= bytes
  }
}
