import assert from 'node:assert/strict'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { AuditHead } from '../../../runtime/protocol/audit-record.ts'
import { appendNotes, copyLog, editLines, openTestLog, temporaryFolder, TestClock, verifyFolder } from '../../support/audit-fixture.ts'
import { forgeCheckpoint, resignSeam, rewriteWithStolenKey } from '../../support/forge-checkpoint.ts'
import { codesOf, finishedLog, onlyFinding } from '../../support/tampered-log.ts'

test('a rollback to an older copy is found by an anchor', async (context) => {
  const folder = await temporaryFolder(context)
  const log = await openTestLog(folder)
  await appendNotes(log, 10)
  await log.checkpoint()
  const older = await copyLog(context, folder)
  await appendNotes(log, 10)
  const head = log.head()
  await log.close()
  const found = onlyFinding(await verifyFolder(older, { anchors: [head] }), 'rolled-back')
  assert.deepEqual([found.seq, found.lastSeq], [12, 21])
})

/** Two machines go on from one disk. */
async function twoClones(context: TestContext) {
  const folder = await temporaryFolder(context)
  const clock = new TestClock()
  const log = await openTestLog(folder, { clock })
  await appendNotes(log, 10)
  const common = log.head()
  await log.close()
  const clone = await copyLog(context, folder)
  const heads: AuditHead[] = []
  for (const [index, each] of [folder, clone].entries()) {
    const continued = await openTestLog(each, { clock, boot: `boot-2-${index}` })
    await appendNotes(continued, 6)
    heads.push(continued.head())
    await continued.close()
  }
  return { folder, clone, common, heads }
}

test('two clones that went on are each whole, and each is a fork to the anchor of the other', async (context) => {
  const { folder, clone, common, heads } = await twoClones(context)
  assert.deepEqual(codesOf(await verifyFolder(folder, { anchors: heads.slice(0, 1) })), [])
  assert.deepEqual(codesOf(await verifyFolder(clone, { anchors: heads.slice(1) })), [])
  const report = await verifyFolder(clone, { anchors: [common, ...heads.slice(0, 1)] })
  assert.deepEqual(codesOf(report), ['forked', 'not-anchored-key'])
  const [found] = report.findings
  assert.deepEqual([found?.seq, found?.lastSeq], [12, 19], 'they parted after the last common anchor, at record 12')
})

test('a clock that was moved is found at the first record after it', async (context) => {
  for (const [moveMs, text] of [
    [-3_600_000, 'back'],
    [86_400_000, 'forward'],
  ] as const) {
    const folder = await temporaryFolder(context)
    const clock = new TestClock()
    const log = await openTestLog(folder, { clock })
    await appendNotes(log, 10)
    clock.wallMs += moveMs
    await appendNotes(log, 10)
    await log.close()
    const found = onlyFinding(await verifyFolder(folder), 'clock-moved')
    assert.equal(found.seq, 12)
    assert.ok(found.message.includes(text))
  }
})

test('a clock that was moved back while the machine was off is found at the start', async (context) => {
  const folder = await temporaryFolder(context)
  const clock = new TestClock()
  const log = await openTestLog(folder, { clock })
  await appendNotes(log, 3)
  await log.close()
  clock.wallMs -= 600_000
  clock.elapsedMs = 1
  await (await openTestLog(folder, { clock, boot: 'boot-2' })).close()
  assert.equal(onlyFinding(await verifyFolder(folder), 'clock-moved').seq, 5)
})

/** A log whose key changed after eight records, and a copy of all, keys too, from before the change. */
async function twoEpochs(context: TestContext) {
  const folder = await temporaryFolder(context)
  const clock = new TestClock()
  const log = await openTestLog(folder, { clock })
  await appendNotes(log, 6)
  const stolen = await copyLog(context, folder)
  await log.nextEpoch()
  await appendNotes(log, 10)
  const head = log.head()
  await log.close()
  return { folder, stolen, clock, head }
}

test('a key is destroyed when it is retired', async (context) => {
  const { folder } = await twoEpochs(context)
  await assert.rejects(forgeCheckpoint({ keysOf: await copyLog(context, join(folder, 'log')), logOf: folder, size: 18 }))
})

test('a checkpoint by a stolen key beyond its retirement is found, with the size it claims', async (context) => {
  const { folder, stolen } = await twoEpochs(context)
  await forgeCheckpoint({ keysOf: stolen, logOf: folder, size: 18 })
  const report = await verifyFolder(folder)
  const [found] = report.findings
  assert.deepEqual([found?.code, found?.seq, found?.file], ['retired-key', 18, 'checkpoints.jsonl'])
})

test('a thief who went on with an old copy forks from the key’s successor', async (context) => {
  const { folder, stolen, clock, head } = await twoEpochs(context)
  const thief = await openTestLog(stolen, { clock, boot: 'thief' })
  await appendNotes(thief, 20)
  await thief.close()
  assert.deepEqual(codesOf(await verifyFolder(stolen, { anchors: [head] })), ['forked', 'not-anchored-key'])
  await cp(join(stolen, 'log', 'checkpoints.jsonl'), join(folder, 'log', 'checkpoints.jsonl'))
  assert.ok(codesOf(await verifyFolder(folder)).includes('unknown-key'), 'the thief’s checkpoints do not pass in the true log')
})

test('history rewritten with the stolen current key is found by an anchor, narrowed to what that key signed', async (context) => {
  const { folder, head } = await twoEpochs(context)
  await rewriteWithStolenKey({ folder, from: 12, result: 'nothing happened' })
  assert.deepEqual(codesOf(await verifyFolder(folder)), [], 'files alone cannot show it: the thief holds the key')
  const found = onlyFinding(await verifyFolder(folder, { anchors: [head] }), 'forked')
  assert.deepEqual([found.seq, found.lastSeq], [8, 18])
})

test('history of an earlier epoch cannot be rewritten even with the stolen current key', async (context) => {
  const { folder } = await twoEpochs(context)
  await rewriteWithStolenKey({ folder, from: 4, result: 'nothing happened' })
  const report = await verifyFolder(folder)
  assert.equal(report.verdict, 'broken')
  assert.ok(report.findings.some(({ code, seq, lastSeq }) => code === 'rewritten' && (seq ?? 99) <= 4 && (lastSeq ?? 0) >= 4))
})

test('a flipped byte in a checkpoint is found in its line', async (context) => {
  const { folder } = await finishedLog(context)
  await editLines(folder, 'checkpoints.jsonl', (lines) => lines.with(2, (lines[2] ?? '').replace(/\\n12\\n/, '\\n13\\n')))
  const found = onlyFinding(await verifyFolder(folder), 'altered-checkpoint')
  assert.equal(found.line, 3)
})

test('a flipped byte in the chain of keys is found in its line, and no later key is believed', async (context) => {
  const { folder } = await finishedLog(context)
  await editLines(folder, 'epochs.jsonl', (lines) => lines.with(1, (lines[1] ?? '').replace('"fromSize":0', '"fromSize":1')))
  const report = await verifyFolder(folder)
  assert.deepEqual([report.findings[0]?.code, report.findings[0]?.line], ['altered-epoch', 2])
  assert.equal(report.verdict, 'broken')
})

test('a log re-made as a whole with keys of its own is found by any anchor, and only so', async (context) => {
  const { head } = await finishedLog(context)
  const forged = await finishedLog(context)
  assert.deepEqual(codesOf(await verifyFolder(forged.folder)), [])
  assert.deepEqual(codesOf(await verifyFolder(forged.folder, { anchors: [head] })), ['forked', 'not-anchored-key'])
})

test('a seam signed anew with the stolen current key, for a segment of an earlier epoch, is found', async (context) => {
  const { folder, clock } = await twoEpochs(context)
  const log = await openTestLog(folder, { clock })
  await appendNotes(log, 1)
  await log.close()
  await resignSeam(folder, 1)
  const report = await verifyFolder(folder)
  assert.deepEqual(codesOf(report), ['altered-seam', 'rewritten'])
  assert.deepEqual([report.findings[0]?.seq, report.findings[0]?.line], [8, 1])
})

test('records added behind the last checkpoint without a key are suspicious once they are more than a log leaves unsigned', async (context) => {
  const folder = await temporaryFolder(context)
  const log = await openTestLog(folder, { limits: { segmentRecords: 4096, checkpointRecords: 4096, waitingAppends: 4096 } })
  await Promise.all(Array.from({ length: 1100 }, () => log.append('broker', { kind: 'note' })))
  const copy = await copyLog(context, folder)
  await log.close()
  const found = onlyFinding(await verifyFolder(copy), 'unsigned-tail')
  assert.deepEqual([found.severity, found.lastSeq], ['suspicious', 1101])
})
