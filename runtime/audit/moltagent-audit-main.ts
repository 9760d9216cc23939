#!/usr/bin/env node
import { auditExitCodes } from './audit-exit-codes.ts'
import { UsageError, type CommandWorld } from './cli/command-world.ts'
import { exportCommand } from './cli/export-command.ts'
import { showCommand } from './cli/show-command.ts'
import { verifyCommand } from './cli/verify-command.ts'

const help = `Usage: moltagent-audit COMMAND FOLDER [options]

Reads an audit log (the folder log/ with segment-*.jsonl, checkpoints.jsonl, epochs.jsonl). Needs no secret and changes nothing.

  verify FOLDER   checks every record, link, signature and key, and says what is wrong and where
    --anchor FILE             JSON {size, root, key} known from outside (status.agent.auditHead); may be repeated.
                              Without one, an older copy or a log re-made as a whole looks whole
    --against FOLDER          compares with another copy and says where they part
    --clock-tolerance-ms N    how far the clocks may differ between two records (2000)
    --json                    the whole report as JSON
  show FOLDER     prints records; does not verify
    --from N --to N --kind KIND --actor NAME --action HEX --since TIME --json
    --hidden NAME=VALUE --subject SUBJECT --salts FOLDER    records with this hidden value; needs the salts
  export FOLDER --out FOLDER    the records under the last checkpoint as C2SP tlog-tiles

Exit codes: 0 intact; 1 broken; 2 the command failed; 3 suspicious (a moved clock, a torn tail)`

const commands: Readonly<Record<string, (args: readonly string[], world: CommandWorld) => Promise<number>>> = {
  verify: verifyCommand,
  show: showCommand,
  export: exportCommand,
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || args.includes('--help') || args.includes('-h')) {
    console.log(help)
    return name === undefined ? auditExitCodes.failed : auditExitCodes.intact
  }
  const command = commands[name]
  if (!command) throw new UsageError(`there is no command ${name}`)
  return command(rest, {
    print: (line) => process.stdout.write(`${line}\n`),
    tell: (line) => process.stderr.write(`${line}\n`),
    nowMs: () => performance.now(),
    threads: 2,
  })
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error)
  console.error(
    `moltagent-audit: ${error instanceof Error ? error.message : String(error)}${isUsage ? '; see moltagent-audit --help' : ''}`,
  )
  process.exitCode = auditExitCodes.failed
}
