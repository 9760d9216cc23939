/** Stands in for `node:test` while mutants are tried: collects what a test file would run, so that it can be run many times in one process. */
export interface CollectedTest {
  readonly name: string
  readonly run: () => unknown
}

const collected: CollectedTest[] = []

export function test(name: string, ...rest: readonly [() => unknown] | readonly [unknown, () => unknown]): void {
  const run = rest.at(-1)
  if (typeof run === 'function') collected.push({ name, run: () => (run as () => unknown)() })
}

/** Hands over what was collected since the last call. */
export function takeCollected(): readonly CollectedTest[] {
  return collected.splice(0)
}
