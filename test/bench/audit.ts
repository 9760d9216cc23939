import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemAuditClock } from '../../runtime/audit/audit-clock.ts'
import type { AuditLog } from '../../runtime/audit/audit-log.ts'
import { openFileAuditLog } from '../../runtime/audit/file-audit-log.ts'
import { defaultLogLimits, type LogLimits } from '../../runtime/audit/log-limits.ts'
import { readableLogFiles } from '../../runtime/audit/node-log-files.ts'
import { ScanPool } from '../../runtime/audit/verify/scan-pool.ts'
import { verifyLog } from '../../runtime/audit/verify/verify-log.ts'
import type { AuditEntry } from '../../runtime/protocol/audit-record.ts'

// node test/bench/audit.ts [records to verify, default 1000000]

const toVerify = Number(process.argv[2] ?? 1_000_000)
const folder = await mkdtemp(join(tmpdir(), 'moltagent-audit-bench-'))

/** A record as the broker writes it. */
const entry: AuditEntry = {
  kind: 'note',
  session: 'talk:4fd3:1187',
  action: 'a'.repeat(64),
  decision: 'allow',
  rule: 'destination-trusted',
  policy: 'b'.repeat(64),
  labels: [{ integrity: 'trusted', sensitivity: 'internal', readers: 3, sources: 1 }],
  credential: 'openai',
}

function open(name: string, limits: Partial<LogLimits> = {}): Promise<AuditLog> {
  return openFileAuditLog({
    folder: join(folder, name),
    origin: 'moltagent.example/bench',
    boot: 'bench',
    clock: systemAuditClock(() => process.hrtime.bigint()),
    limits: { ...defaultLogLimits, ...limits },
    events: { onTrouble: (error) => console.error(error) },
  })
}

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2)
}

async function appendBench(writers: number, appends: number, highRisk: boolean): Promise<void> {
  const log = await open(`append-${writers}-${highRisk}`)
  const timesMs: number[] = []
  const started = performance.now()
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let left = appends / writers; left > 0; left -= 1) {
        const before = performance.now()
        await log.append('broker', { ...entry, highRisk })
        timesMs.push(performance.now() - before)
      }
    }),
  )
  const seconds = (performance.now() - started) / 1000
  await log.close()
  timesMs.sort((left, right) => left - right)
  const cells = [
    writers,
    highRisk ? 'yes' : 'no',
    Math.round(timesMs.length / seconds),
    percentile(timesMs, 0.5),
    percentile(timesMs, 0.99),
  ]
  console.log(`| ${cells.join(' | ')} |`)
}

async function verifyBench(): Promise<void> {
  const log = await open('verify', { waitingAppends: 8192 })
  for (let done = 0; done < toVerify - 2; done += 4096) {
    await Promise.all(Array.from({ length: Math.min(4096, toVerify - 2 - done) }, () => log.append('broker', entry)))
  }
  await log.close()
  const files = readableLogFiles(join(folder, 'verify', 'log'))
  for (const threads of [1, 2]) {
    const pool = threads === 1 ? undefined : new ScanPool({ folder: join(folder, 'verify', 'log'), clockToleranceMs: 60_000 }, threads)
    const started = performance.now()
    const cpu = process.cpuUsage()
    const report = await verifyLog(files, { anchors: [], clockToleranceMs: 60_000, ...(pool ? { scanner: pool } : {}) })
    const { user, system } = process.cpuUsage(cpu)
    await pool?.close()
    const seconds = (performance.now() - started) / 1000
    console.log(
      `verify ${report.records} records (${report.verdict}, ${report.checkpoints} checkpoints), ${threads} thread(s): ${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of processor time`,
    )
  }
}

try {
  console.log(`node ${process.version}, ${availableParallelism()} processors`)
  console.log('| writers | high risk | records/s | P50 ms | P99 ms |\n| --- | --- | --- | --- | --- |')
  for (const writers of [1, 8, 64]) await appendBench(writers, writers === 1 ? 2000 : 8000, false)
  await appendBench(1, 1000, true)
  await verifyBench()
} finally {
  await rm(folder, { recursive: true, force: true })
}
