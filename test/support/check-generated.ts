import { spawnSync } from 'node:child_process'

/** Generators whose committed output must be what they print now: each has a `--check` flag and exits 1 when stale. */
const generators: readonly (readonly string[])[] = [
  ['operator/crdgen.ts'],
  ['test/support/generate-golden-main.ts'],
  ['local/nextcloud-double/routes-main.ts'],
]

const stale = generators.filter((command) => spawnSync(process.execPath, [...command, '--check'], { stdio: 'inherit' }).status !== 0)
if (stale.length > 0) {
  console.error(`generated files are stale; run: npm run generate (${stale.map((command) => command.join(' ')).join(', ')})`)
  process.exitCode = 1
}
