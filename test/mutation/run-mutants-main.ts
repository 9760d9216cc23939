import { glob, readFile, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { takeCollected } from './collector.ts'
import { instrument, type Mutant } from './instrument.ts'

/**
 * Mutation testing of runtime/policy: every mutant of Stryker's mutators, tried against the policy's own unit tests, all in this process. For each
 * mutant every module is loaded anew, so that a mutant in a table or a pattern counts too. Writes docs/mutation.md with `--write`.
 */
const root = join(import.meta.dirname, '../..')
const collector = pathToFileURL(join(import.meta.dirname, 'collector.ts')).href
const target = 0.95
/** More switches of one mutant than any finite test passes: a mutant that loops for ever ends here. */
const hitLimit = 5_000_000

interface Switch {
  activeMutant: string | undefined
  hitCount: number
  hitLimit: number
}

async function filesOf(pattern: string): Promise<readonly string[]> {
  const files: string[] = []
  for await (const file of glob(pattern, { cwd: root })) files.push(join(root, file))
  return files.sort()
}

/** Files of ours get their importer's `?mutant=…`, and with it a module of their own; `node:test` is the collector. */
function installHooks(sources: ReadonlyMap<string, string>): void {
  const stripped = new Map<string, string>()
  registerHooks({
    resolve: (specifier, context, next) => {
      const query = /\?mutant=.*$/.exec(context.parentURL ?? '')?.[0]
      if (query === undefined) return next(specifier, context)
      if (specifier === 'node:test') return { url: collector, shortCircuit: true }
      const resolved = next(specifier, context)
      return specifier.startsWith('.') ? { ...resolved, url: resolved.url + query } : resolved
    },
    load: (url, context, next) => {
      if (!url.includes('?mutant=')) return next(url, context)
      const file = fileURLToPath(url.replace(/\?.*$/, ''))
      const source = stripped.get(file) ?? stripTypeScriptTypes(sources.get(file) ?? readFileSync(file, 'utf8'))
      stripped.set(file, source)
      return { format: 'module', source, shortCircuit: true }
    },
  })
}

async function isKilled(id: string, tests: readonly string[], runs: number): Promise<boolean> {
  process.env.PROPERTY_RUNS = String(runs)
  const state: Switch = { activeMutant: id, hitCount: 0, hitLimit }
  Object.assign(globalThis, { __stryker__: state })
  try {
    for (const file of tests) {
      await import(`${pathToFileURL(file).href}?mutant=${id}-${String(runs)}`)
      for (const { run } of takeCollected()) await run()
    }
    return false
  } catch {
    return true
  } finally {
    takeCollected()
  }
}

function shown({ file, line, what, replacement }: Mutant, source: string): string {
  const text = source.split('\n')[line]?.trim() ?? ''
  return `- ${relative(root, file)}:${String(line + 1)} ${what}: \`${text.slice(0, 90)}\` to \`${replacement.replaceAll('\n', ' ').slice(0, 60)}\``
}

async function main(): Promise<number> {
  const { sources, mutants } = await instrument(await filesOf('runtime/policy/**/*.ts'))
  const tests = await filesOf('test/unit/policy/*.test.ts')
  installHooks(sources)
  if (await isKilled('none', tests, 20)) throw new Error('trying mutants: the tests fail without any')
  const doubtful: Mutant[] = []
  for (const [index, mutant] of mutants.entries()) {
    if (!(await isKilled(mutant.id, tests, 20))) doubtful.push(mutant)
    if (index % 50 === 0) console.error(`${String(index)} of ${String(mutants.length)} mutants, ${String(doubtful.length)} not noticed yet`)
  }
  const survivors: Mutant[] = []
  for (const mutant of doubtful) if (!(await isKilled(mutant.id, tests, 1000))) survivors.push(mutant)
  const score = 1 - survivors.length / mutants.length
  const lines = await Promise.all(survivors.map(async (mutant) => shown(mutant, await readFile(mutant.file, 'utf8'))))
  const document = `# Mutation testing of the policy

Written by \`npm run test:mutation -- --write\`: every mutant of Stryker's mutators in \`runtime/policy\`, tried against its unit tests.

${String(mutants.length)} mutants, ${String(mutants.length - survivors.length)} noticed: ${(100 * score).toFixed(1)} % (wanted: ${String(100 * target)} %).

## Survivors

${lines.length === 0 ? 'None.' : lines.join('\n')}
`
  if (process.argv.includes('--write')) await writeFile(join(root, 'docs/mutation.md'), document)
  console.log(document)
  return score >= target ? 0 : 1
}

process.exitCode = await main()
