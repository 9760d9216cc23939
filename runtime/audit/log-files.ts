/** One file of a log, open for appending. Every method rejects with the system's error. */
export interface AppendFile {
  /** Bytes in the file now. */
  size(): Promise<number>
  /** Appends all of `bytes`; on failure a part of it may be there. */
  append(bytes: Uint8Array): Promise<void>
  /** Resolves once everything appended is on the disk (fdatasync). */
  datasync(): Promise<void>
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

/** The one folder a log lives in. Names are plain file names. */
export interface LogFiles {
  names(): Promise<readonly string[]>
  openAppend(name: string): Promise<AppendFile>
  /** Bytes of a file from `start`, in blocks. */
  read(name: string, start?: number): AsyncIterable<Buffer>
  size(name: string): Promise<number>
  /** Makes a file with this content appear at once and durably, or not at all. An existing one is replaced. */
  place(name: string, content: Uint8Array): Promise<void>
  /** Resolves once the folder's entries are on the disk. */
  syncFolder(): Promise<void>
}
