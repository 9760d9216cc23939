import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { AuditClock } from '../../runtime/audit/audit-clock.ts'
import type { AuditLog } from '../../runtime/audit/audit-log.ts'
import { openFileAuditLog, type FileAuditLogOptions } from '../../runtime/audit/file-audit-log.ts'
import { defaultLogLimits } from '../../runtime/audit/log-limits.ts'
import { readableLogFiles } from '../../runtime/audit/node-log-files.ts'
import { verifyLog, type VerifyOptions } from '../../runtime/audit/verify/verify-log.ts'
import type { VerifyReport } from '../../runtime/audit/verify/verify-report.ts'
import type { AuditRefusedError } from '../../runtime/protocol/audit-refused-error.ts'

export const testOrigin = 'moltagent.example/11111111-2222-3333-4444-555555555555'

/** Clocks that a test moves: each look lets a millisecond pass on both. */
export class TestClock implements AuditClock {
  wallMs = Date.parse('2026-11-25T00:00:00.000Z')
  elapsedMs = 1000

  now(): Date {
    this.wallMs += 1
    this.elapsedMs += 1
    return new Date(this.wallMs)
  }

  monotonicMs(): number {
    return this.elapsedMs
  }

  every(): () => void {
    return () => undefined
  }
}

/** A folder that is gone when the test ends. */
export async function temporaryFolder(context: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'moltagent-audit-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export type TestLogOptions = Partial<Omit<FileAuditLogOptions, 'folder' | 'limits'>> & {
  readonly limits?: Partial<FileAuditLogOptions['limits']>
  readonly troubles?: AuditRefusedError[]
}

/** Opens a log of eight records a segment, with a checkpoint after every four. */
export function openTestLog(folder: string, options: TestLogOptions = {}): Promise<AuditLog> {
  const { limits, troubles, ...rest } = options
  return openFileAuditLog({
    clock: new TestClock(),
    origin: testOrigin,
    boot: 'boot-1',
    events: { onTrouble: (error) => troubles?.push(error) },
    ...rest,
    folder,
    limits: { ...defaultLogLimits, segmentRecords: 8, checkpointRecords: 4, ...limits },
  })
}

export async function appendNotes(log: AuditLog, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await log.append('broker', { kind: 'note', result: `note-${index}` })
}

/** Verifies the public part of a test's log. */
export function verifyFolder(folder: string, options: Partial<VerifyOptions> = {}): Promise<VerifyReport> {
  return verifyLog(readableLogFiles(join(folder, 'log')), { anchors: [], clockToleranceMs: 2000, ...options })
}

/** A copy of all of a log, keys included: what a clone of its disk holds. */
export async function copyLog(context: Pick<TestContext, 'after'>, folder: string): Promise<string> {
  const copy = await temporaryFolder(context)
  await cp(folder, copy, { recursive: true })
  return copy
}

/** Changes the lines of one of a log's files; what follows the last newline stays as it is. */
export async function editLines(folder: string, file: string, edit: (lines: string[]) => readonly string[]): Promise<void> {
  const path = join(folder, 'log', file)
  const lines = (await readFile(path, 'utf8')).split('\n')
  const tail = lines.pop() ?? ''
  const edited = edit(lines)
  await writeFile(path, edited.map((line) => `${line}\n`).join('') + tail)
}
