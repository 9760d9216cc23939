import assert from 'node:assert/strict'
import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { AuditDamagedError } from '../../../runtime/audit/audit-damaged-error.ts'
import { appendNotes, copyLog, editLines, openTestLog, temporaryFolder, TestClock, verifyFolder } from '../../support/audit-fixture.ts'
import { finishedLog, flipByte, segmentName } from '../../support/tampered-log.ts'

test('a log that was closed goes on where it was, over segments', async (context) => {
  const folder = await temporaryFolder(context)
  const clock = new TestClock()
  for (let start = 0; start < 5; start += 1) {
    const log = await openTestLog(folder, { clock })
    await appendNotes(log, 3)
    await log.close()
  }
  const report = await verifyFolder(folder)
  assert.deepEqual([report.verdict, report.records, report.epochs], ['intact', 25, 6])
})

test('a torn tail is cut off and reported, and its number is used again', async (context) => {
  const { folder } = await finishedLog(context)
  const path = join(folder, 'log', segmentName(3))
  await writeFile(path, Buffer.concat([await readFile(path), Buffer.from('{"actor":"bro')]))
  const log = await openTestLog(folder, { clock: laterClock() })
  const { seq } = await log.append('broker', { kind: 'note' })
  await log.close()
  assert.equal(seq, 34)
  const lines = (await readFile(join(folder, 'log', segmentName(4)), 'utf8')).split('\n')
  assert.equal(JSON.parse(lines[2] ?? '').kind, 'recovery')
  assert.equal(JSON.parse(lines[2] ?? '').facts.tornBytes, '13')
  assert.equal((await verifyFolder(folder)).verdict, 'intact')
})

/** A clock after all that a finished log holds, in another boot. */
function laterClock(): TestClock {
  const clock = new TestClock()
  clock.wallMs += 3_600_000
  clock.elapsedMs += 3_600_000
  return clock
}

test('intents without outcome are reported once, and an outcome that comes late is still taken', async (context) => {
  const folder = await temporaryFolder(context)
  const clock = new TestClock()
  const log = await openTestLog(folder, { clock })
  const { seq } = await log.append('broker', { kind: 'intent' })
  await appendNotes(log, 10)
  await log.close()
  assert.deepEqual((await verifyFolder(folder)).unmatchedIntents, [seq])

  const again = await openTestLog(folder, { clock })
  assert.deepEqual((await verifyFolder(folder)).unmatchedIntents, [])
  await again.append('broker', { kind: 'outcome', intent: seq })
  await assert.rejects(again.append('broker', { kind: 'outcome', intent: seq }), { code: 'unknown-intent' })
  await again.close()
  const third = await openTestLog(folder, { clock })
  await third.close()
  const segments = await Promise.all([0, 1, 2].map((index) => readFile(join(folder, 'log', segmentName(index)), 'utf8')))
  const records = segments.flatMap((text) => text.split('\n'))
  assert.equal(records.filter((line) => line.includes('"kind":"recovery"')).length, 1)
})

for (const [what, damage] of [
  ['a flipped byte in the last segment', (folder: string) => flipByte(folder, 26)],
  ['a flipped byte in the last record', (folder: string) => flipByte(folder, 30)],
  ['a deleted record', (folder: string) => editLines(folder, segmentName(3), (lines) => lines.toSpliced(3, 1))],
  ['a cut tail', (folder: string) => editLines(folder, segmentName(3), (lines) => lines.slice(0, -1))],
  ['a missing segment', (folder: string) => rm(join(folder, 'log', segmentName(1)))],
  ['no segment at all', async (folder: string) => Promise.all([0, 1, 2, 3].map((index) => rm(join(folder, 'log', segmentName(index)))))],
  [
    'a changed seam',
    (folder: string) => editLines(folder, segmentName(1), (lines) => lines.with(0, (lines[0] ?? '').replace('[]', '[1]'))),
  ],
  [
    'a changed checkpoint',
    (folder: string) =>
      editLines(folder, 'checkpoints.jsonl', (lines) => [...lines.slice(0, -1), (lines.at(-1) ?? '').replace('\\n31\\n', '\\n30\\n')]),
  ],
  [
    'a changed epoch',
    (folder: string) => editLines(folder, 'epochs.jsonl', (lines) => [...lines.slice(0, -1), (lines.at(-1) ?? '').replace('2026', '2025')]),
  ],
  ['no signing key', (folder: string) => rm(join(folder, 'private', 'keys'), { recursive: true })],
  ['cut epochs', (folder: string) => truncate(join(folder, 'log', 'epochs.jsonl'), 10)],
] as const) {
  test(`a log with ${what} is not continued`, async (context) => {
    const { folder } = await finishedLog(context)
    await damage(folder)
    await assert.rejects(openTestLog(folder), AuditDamagedError)
  })
}

test('a log under another name is not continued', async (context) => {
  const { folder } = await finishedLog(context)
  await assert.rejects(openTestLog(folder, { origin: 'moltagent.example/another' }), AuditDamagedError)
})

test('a copy without its private folder can be verified but not continued', async (context) => {
  const { folder, head } = await finishedLog(context)
  const copy = await copyLog(context, folder)
  await rm(join(copy, 'private'), { recursive: true })
  assert.equal((await verifyFolder(copy, { anchors: [head] })).verdict, 'intact')
  await assert.rejects(openTestLog(copy), AuditDamagedError)
})

test('damage among records that no checkpoint covers yet is not taken for a torn tail', async (context) => {
  const folder = await temporaryFolder(context)
  const log = await openTestLog(folder, { limits: { segmentRecords: 64, checkpointRecords: 64 } })
  await appendNotes(log, 10)
  // The copy is what a killed process leaves: nothing was signed since the start.
  const killed = await copyLog(context, folder)
  await log.close()
  await editLines(killed, segmentName(0), (lines) => lines.with(6, (lines[6] ?? '').slice(3)))
  await assert.rejects(openTestLog(killed), AuditDamagedError)
})
