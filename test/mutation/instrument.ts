import { readFile } from 'node:fs/promises'
import { createInstrumenter } from '@stryker-mutator/instrumenter'
import { createInjector } from 'typed-inject'

/** A small change to the product's code that a test should notice. */
export interface Mutant {
  readonly id: string
  readonly file: string
  readonly line: number
  readonly what: string
  readonly replacement: string
}

/** Sources that hold every mutant behind a switch (`globalThis.__stryker__.activeMutant`), and the mutants. */
export interface Instrumented {
  readonly sources: ReadonlyMap<string, string>
  readonly mutants: readonly Mutant[]
}

function silent(): void {}

const logger = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
}

/** Makes every mutant of some files with Stryker's mutators. */
export async function instrument(files: readonly string[]): Promise<Instrumented> {
  const given = await Promise.all(files.map(async (name) => ({ name, content: await readFile(name, 'utf8'), mutate: true })))
  const injector = createInjector()
    .provideValue('logger', logger)
    .provideValue('getLogger', () => logger)
  const instrumenter = createInstrumenter(injector)
  const result = await instrumenter.instrument(given, { plugins: [], excludedMutations: [], ignorers: [], mutators: [] } as never)
  const mutants = result.mutants.map(({ id, fileName, location, mutatorName, replacement }) => ({
    id,
    file: fileName,
    line: location.start.line,
    what: mutatorName,
    replacement: replacement ?? '',
  }))
  return { sources: new Map(result.files.map(({ name, content }) => [name, content])), mutants }
}
