import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { generatedFiles, type GeneratedFile } from './generated-files.ts'

const help = `Usage: node operator/crdgen.ts [--check]

Writes the CRD and the chart's admission policies from the schemas in operator/api.
With --check it writes nothing, names the stale files and exits 1 if there are any.
`

const root = join(import.meta.dirname, '..')

function isStale(file: GeneratedFile): boolean {
  try {
    return readFileSync(join(root, file.path), 'utf8') !== file.text
  } catch {
    return true
  }
}

function write(file: GeneratedFile): void {
  mkdirSync(dirname(join(root, file.path)), { recursive: true })
  writeFileSync(join(root, file.path), file.text)
}

const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } })
if (values.help) {
  process.stdout.write(help)
} else {
  const stale = generatedFiles().filter(isStale)
  if (!values.check) stale.forEach(write)
  for (const file of stale) process.stdout.write(`${values.check ? 'stale' : 'wrote'}: ${file.path}\n`)
  if (values.check && stale.length > 0) process.exitCode = 1
}
