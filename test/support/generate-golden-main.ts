import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { goldenFiles } from './golden-files.ts'

// Usage: node test/support/generate-golden-main.ts [--check]. With --check it writes nothing and exits 1 if a file is stale.

const root = join(import.meta.dirname, '../..')
const check = process.argv.includes('--check')

function stored(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}

const stale = goldenFiles().filter((file) => stored(file.path) !== file.text)
for (const file of stale) {
  console.log(`${check ? 'stale' : 'wrote'}: ${file.path}`)
  if (check) continue
  mkdirSync(dirname(join(root, file.path)), { recursive: true })
  writeFileSync(join(root, file.path), file.text)
}
if (check && stale.length > 0) process.exitCode = 1
