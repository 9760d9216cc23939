import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Finding, FindingCode } from '../../runtime/audit/verify/finding.ts'
import type { VerifyReport } from '../../runtime/audit/verify/verify-report.ts'
import type { AuditHead } from '../../runtime/protocol/audit-record.ts'
import { canonicalJson, type CanonicalInput } from '../../runtime/protocol/canonical-json.ts'
import { leafHash } from '../../runtime/protocol/merkle-hash.ts'
import { appendNotes, editLines, openTestLog, temporaryFolder, verifyFolder } from './audit-fixture.ts'

export type RecordFields = Record<string, CanonicalInput>

/** Name of a segment's file. */
export const segmentName = (index: number): string => `segment-00000${index}.jsonl`

/** Line of a record in its segment of eight, from 1: the seam is line 1. */
export const lineOf = (seq: number): number => (seq % 8) + 2

/** A closed log of `notes` + 2 records (the first two are the log's own), its last head, and proof that it is whole so far. */
export async function finishedLog(context: TestContext, notes = 29): Promise<{ readonly folder: string; readonly head: AuditHead }> {
  const folder = await temporaryFolder(context)
  const log = await openTestLog(folder)
  await appendNotes(log, notes)
  const head = log.head()
  await log.close()
  const untouched = await verifyFolder(folder, { anchors: [head] })
  assert.deepEqual(untouched.findings, [], 'nothing is found before anything was done')
  assert.equal(untouched.records, notes + 2)
  return { folder, head }
}

/** What was found, notices apart. */
export function codesOf(report: VerifyReport): readonly FindingCode[] {
  return report.findings.filter(({ severity }) => severity !== 'notice').map(({ code }) => code)
}

/** The one finding, which must be this. */
export function onlyFinding(report: VerifyReport, code: FindingCode): Finding {
  assert.deepEqual(codesOf(report), [code], JSON.stringify(report.findings))
  const found = report.findings.find((finding) => finding.code === code)
  assert.ok(found)
  return found
}

/** Changes one letter of a note's record. */
export async function flipByte(folder: string, seq: number): Promise<void> {
  await editLines(folder, segmentName(Math.floor(seq / 8)), (lines) => {
    const index = lineOf(seq) - 1
    const line = lines[index] ?? ''
    assert.ok(line.includes('"result":"note-'))
    return lines.with(index, line.replace('"result":"note-', '"result":"nose-'))
  })
}

/** What a forger without a key can do: any edit of one segment's records, with every number and link right again. */
export async function rechainSegment(folder: string, index: number, edit: (records: RecordFields[]) => RecordFields[]): Promise<void> {
  await editLines(folder, segmentName(index), ([seam = '', ...lines]) => {
    let previous = leafHash(Buffer.from(seam)).toString('hex')
    const rechained = edit(lines.map((line) => JSON.parse(line))).map((record, position) => {
      const line = canonicalJson({ ...record, seq: index * 8 + position, previous })
      previous = leafHash(Buffer.from(line)).toString('hex')
      return line
    })
    return [seam, ...rechained]
  })
}
