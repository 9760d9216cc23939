import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { auditExitCodes } from '../audit-exit-codes.ts'
import { parsedJson } from '../canonical-line.ts'
import { segmentFile, segmentIndices } from '../file-names.ts'
import { readableLogFiles } from '../node-log-files.ts'
import { verdict, type Finding } from '../verify/finding.ts'
import { firstDifference } from '../verify/first-difference.ts'
import { ScanPool } from '../verify/scan-pool.ts'
import { verifyLog } from '../verify/verify-log.ts'
import { anchorSchema, type Anchor, type VerifyReport } from '../verify/verify-report.ts'
import { UsageError, type CommandWorld } from './command-world.ts'
import { Progress } from './progress.ts'

const options = {
  anchor: { type: 'string', multiple: true },
  against: { type: 'string' },
  'clock-tolerance-ms': { type: 'string', default: '2000' },
  json: { type: 'boolean', default: false },
} as const

/** `moltagent-audit verify FOLDER`: exit code 0 intact, 1 broken, 3 suspicious. */
export async function verifyCommand(args: readonly string[], world: CommandWorld): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [folder, ...more] = positionals
  const clockToleranceMs = Number(values['clock-tolerance-ms'])
  if (folder === undefined || more.length > 0) throw new UsageError('verify takes one folder')
  if (!(clockToleranceMs >= 0)) throw new UsageError('--clock-tolerance-ms takes a number of milliseconds')
  const anchors = await Promise.all((values.anchor ?? []).map(readAnchor))
  const { report: own, leaves } = await verifyFolder(folder, { anchors, clockToleranceMs }, world)
  const fork = values.against === undefined ? undefined : await forkFrom({ folder, leaves }, values.against, clockToleranceMs, world)
  const report = fork ? withFinding(own, fork) : own
  const lines = values.json ? [JSON.stringify(report, undefined, 2)] : reportLines(report)
  for (const line of lines) world.print(line)
  return auditExitCodes[report.verdict]
}

async function forkFrom(
  one: { readonly folder: string; readonly leaves: Buffer },
  against: string,
  clockToleranceMs: number,
  world: CommandWorld,
): Promise<Finding | undefined> {
  const other = await verifyFolder(against, { anchors: [], clockToleranceMs }, world)
  return firstDifference(one.leaves, other.leaves, { one: one.folder, other: against })
}

async function readAnchor(path: string): Promise<Anchor> {
  const parsed = anchorSchema.safeParse(parsedJson(await readFile(path, 'utf8')))
  if (!parsed.success) throw new UsageError(`${path} is no anchor: it must be JSON with size, root and key, as in status.agent.auditHead`)
  return parsed.data
}

interface FolderOptions {
  readonly anchors: readonly Anchor[]
  readonly clockToleranceMs: number
}

async function verifyFolder(folder: string, { anchors, clockToleranceMs }: FolderOptions, world: CommandWorld) {
  const files = readableLogFiles(folder)
  const segments = segmentIndices(await files.names())
  const sizes = await Promise.all(segments.map((index) => files.size(segmentFile(index))))
  const progress = new Progress(
    `verifying ${folder}`,
    sizes.reduce((sum, size) => sum + size, 0),
    world,
  )
  const leaves: Buffer[] = []
  const pool = segments.length > 1 ? new ScanPool({ folder, clockToleranceMs }, world.threads) : undefined
  const onSegment = (records: number, hashes: Buffer): void => {
    progress.done(sizes[leaves.length] ?? 0, `${records} records`)
    leaves.push(hashes)
  }
  try {
    const report = await verifyLog(files, { anchors, clockToleranceMs, onSegment, ...(pool ? { scanner: pool } : {}) })
    return { report, leaves: Buffer.concat(leaves) }
  } finally {
    await pool?.close()
  }
}

function withFinding(report: VerifyReport, fork: Finding): VerifyReport {
  const findings = [...report.findings, fork]
  return { ...report, findings, verdict: verdict(findings) }
}

function reportLines(report: VerifyReport): readonly string[] {
  const { records, signedRecords, segments, checkpoints, epochs, anchors } = report
  return [
    `${report.verdict}: ${report.origin ?? 'no log'}`,
    `${records} records in ${segments} segments, ${signedRecords} of them under ${checkpoints} checkpoints by ${epochs} keys; ${anchors} anchors compared`,
    ...(report.root === undefined ? [] : [`head: ${JSON.stringify({ size: records, root: report.root, key: report.key })}`]),
    ...report.findings.map((found) => `${found.severity} ${found.code}${placeOf(found)}: ${found.message}`),
  ]
}

function placeOf({ seq, lastSeq, file, line, byte }: Finding): string {
  const records = seq === undefined ? [] : [lastSeq === undefined || lastSeq === seq ? `record ${seq}` : `records ${seq}-${lastSeq}`]
  const lines = file === undefined ? [] : [`${file}${line === undefined ? '' : `:${line}`}${byte === undefined ? '' : ` byte ${byte}`}`]
  const all = [...records, ...lines]
  return all.length === 0 ? '' : ` [${all.join(', ')}]`
}
