export interface BuildProgress {
  /** Takes one line that `go build -v` wrote. */
  readonly onLine: (line: string) => void
}

export interface BuildProgressOptions {
  /** How many packages there are to compile at most. */
  readonly packages: number
  /** Milliseconds. */
  readonly clock: () => number
  readonly report: (line: string) => void
}

const reportEveryMs = 15_000

/** `go build -v` writes the path of each package that it compiles: from that, how far it is and how long the rest takes at this pace. */
export function createBuildProgress({ packages, clock, report }: BuildProgressOptions): BuildProgress {
  const startedAt = clock()
  let compiled = 0
  let reportedAt = startedAt
  return {
    onLine(line) {
      if (line.startsWith('go: downloading')) report(line)
      if (!isPackagePath(line)) return
      compiled += 1
      const now = clock()
      if (now - reportedAt < reportEveryMs) return
      reportedAt = now
      report(`compiled ${compiled} of at most ${packages} packages, ${remaining(now - startedAt, compiled, packages)}`)
    },
  }
}

const isPackagePath = (line: string): boolean => /^[\w.\-~/]+$/.test(line)

function remaining(elapsedMs: number, compiled: number, packages: number): string {
  const minutes = ((elapsedMs / compiled) * Math.max(0, packages - compiled)) / 60_000
  return minutes < 1 ? 'less than a minute left' : `about ${Math.ceil(minutes)} minutes left`
}
