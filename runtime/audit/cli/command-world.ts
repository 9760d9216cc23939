/** What a command may touch besides files. */
export interface CommandWorld {
  /** A line of the answer. */
  print(line: string): void
  /** A line that is not part of the answer: progress. */
  tell(line: string): void
  nowMs(): number
  /** Threads for scanning a long log. */
  readonly threads: number
}

/** The command line is wrong: told with where to find help. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
