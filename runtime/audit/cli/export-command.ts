import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { auditExitCodes } from '../audit-exit-codes.ts'
import { exportTiles } from '../export-tiles.ts'
import { readableLogFiles } from '../node-log-files.ts'
import { UsageError, type CommandWorld } from './command-world.ts'

const options = { out: { type: 'string' } } as const

/** `moltagent-audit export FOLDER --out FOLDER`: C2SP tlog-tiles. */
export async function exportCommand(args: readonly string[], world: CommandWorld): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [folder, ...more] = positionals
  const { out } = values
  if (folder === undefined || more.length > 0 || out === undefined) throw new UsageError('export takes one folder and --out with another')
  await mkdir(out, { recursive: true })
  if ((await readdir(out)).length > 0) throw new UsageError(`${out} is not empty: nothing is overwritten`)
  const exported = await exportTiles(readableLogFiles(folder), async (path, content) => {
    await mkdir(dirname(join(out, path)), { recursive: true })
    await writeFile(join(out, path), content)
  })
  world.print(`${exported.records} records of ${exported.origin} exported to ${out} (C2SP tlog-tiles)`)
  world.print(`verifier key: ${exported.verifierKey}`)
  return auditExitCodes.intact
}
