import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditRecordSchema, type AuditRecord } from '../../../runtime/protocol/audit-record.ts'
import { auditProgress, isAuditHeadSigned } from '../../../runtime/protocol/audit-progress.ts'
import type { AuditRefusedError } from '../../../runtime/protocol/audit-refused-error.ts'
import { verifyLog } from '../../../runtime/audit/verify/verify-log.ts'
import { hiddenValue } from '../../../runtime/audit/hidden-value.ts'
import { appendNotes, TestClock, testOrigin } from '../../support/audit-fixture.ts'
import { MemoryKeys, MemorySalts, openMemoryLog } from '../../support/memory-audit-log.ts'
import { MemoryLogFiles } from '../../support/memory-log-files.ts'

function newDisk() {
  return { files: new MemoryLogFiles(), keys: new MemoryKeys() }
}

async function recordsOf(files: MemoryLogFiles): Promise<readonly AuditRecord[]> {
  const segments = (await files.names()).filter((name) => name.startsWith('segment-')).sort()
  return segments.flatMap((name) => {
    const lines = files.content(name).toString('utf8').split('\n').slice(1, -1)
    return lines.map((line) => auditRecordSchema.parse(JSON.parse(line)))
  })
}

async function checkpointsOf(files: MemoryLogFiles): Promise<number> {
  return files.content('checkpoints.jsonl').toString('utf8').split('\n').length - 1
}

test('a log begins with a key of its own and its start, then holds what is appended, in order', async () => {
  const disk = newDisk()
  const log = await openMemoryLog(disk)
  await appendNotes(log, 2)
  const records = await recordsOf(disk.files)
  assert.deepEqual(
    records.map(({ seq, actor, kind }) => [seq, actor, kind]),
    [
      [0, 'audit', 'epoch'],
      [1, 'audit', 'boot'],
      [2, 'broker', 'note'],
      [3, 'broker', 'note'],
    ],
  )
})

test('appends that wait together share one write, and each gets its own number', async () => {
  const disk = newDisk()
  const log = await openMemoryLog({ ...disk, limits: { segmentRecords: 64 } })
  const appended = await Promise.all(Array.from({ length: 40 }, () => log.append('broker', { kind: 'note' })))
  assert.deepEqual(
    appended.map(({ seq }) => seq),
    Array.from({ length: 40 }, (_, index) => index + 2),
  )
})

test('an outcome needs an open intent, and closes it', async () => {
  const log = await openMemoryLog(newDisk())
  const { seq } = await log.append('broker', { kind: 'intent' })
  await log.append('broker', { kind: 'outcome', intent: seq, result: 'ok' })
  for (const entry of [{ kind: 'outcome', intent: seq }, { kind: 'outcome', intent: 999 }, { kind: 'outcome' }] as const) {
    await assert.rejects(log.append('broker', entry), { code: 'unknown-intent' })
  }
})

test('two outcomes of one intent, sent at once, are one recorded and one refused', async () => {
  const log = await openMemoryLog(newDisk())
  const { seq } = await log.append('broker', { kind: 'intent' })
  const settled = await Promise.allSettled([1, 2].map(() => log.append('broker', { kind: 'outcome', intent: seq })))
  assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('a high-risk append is under a signed checkpoint when it resolves', async () => {
  const disk = newDisk()
  const log = await openMemoryLog(disk)
  const before = await checkpointsOf(disk.files)
  await log.append('broker', { kind: 'intent', highRisk: true })
  assert.equal(await checkpointsOf(disk.files), before + 1)
})

test('checkpoints come by themselves after so many records', async () => {
  const disk = newDisk()
  const log = await openMemoryLog({ ...disk, limits: { segmentRecords: 64, checkpointRecords: 4 } })
  const before = await checkpointsOf(disk.files)
  await appendNotes(log, 12)
  await log.close()
  assert.ok((await checkpointsOf(disk.files)) >= before + 3)
})

test('what the log could not read again is refused and takes nothing else along', async () => {
  const log = await openMemoryLog(newDisk())
  const entries = [
    { kind: 'note', result: 'x'.repeat(200) },
    { kind: 'note', facts: { '10': 'a' } },
    { kind: 'note', result: '\ud800' },
  ] as const
  const settled = await Promise.allSettled([...entries, { kind: 'note' } as const].map((entry) => log.append('broker', entry)))
  assert.deepEqual(
    settled.map((each) => (each.status === 'rejected' ? each.reason.code : each.status)),
    ['bad-request', 'bad-request', 'bad-request', 'fulfilled'],
  )
})

test('a record longer than a line may be is refused', async () => {
  const log = await openMemoryLog(newDisk())
  const facts = Object.fromEntries(Array.from({ length: 140 }, (_, index) => [`fact${index}`, 'x'.repeat(256)]))
  await assert.rejects(log.append('broker', { kind: 'note', facts }), { code: 'too-large' })
})

test('more appends than may wait are refused at once', async () => {
  const log = await openMemoryLog({ ...newDisk(), limits: { waitingAppends: 3 } })
  const settled = await Promise.allSettled(Array.from({ length: 9 }, () => log.append('broker', { kind: 'note' })))
  const refused = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []))
  assert.ok(refused.length > 0)
  assert.ok(refused.every((code) => code === 'busy'))
})

test('a full disk refuses appends, serves proofs, and lets them through once there is room', async () => {
  const disk = newDisk()
  const log = await openMemoryLog(disk)
  await appendNotes(log, 3)
  const head = log.head()
  disk.files.room = 100
  await assert.rejects(log.append('broker', { kind: 'intent' }), { code: 'disk-full' })
  await assert.rejects(log.append('broker', { kind: 'intent', highRisk: true }), { code: 'disk-full' })
  const proof = await log.consistency(2)
  assert.deepEqual(proof.head, head)
  disk.files.room = Number.POSITIVE_INFINITY
  const { seq } = await log.append('broker', { kind: 'note' })
  assert.equal(seq, head.size, 'nothing of what was refused is left')
  await log.close()
  assert.equal((await verifyLog(disk.files, { anchors: [head], clockToleranceMs: 2000 })).verdict, 'intact')
})

test('a disk that is full at a segment’s end, and at the start, refuses and then goes on', async () => {
  const disk = { ...newDisk(), clock: new TestClock() }
  const log = await openMemoryLog(disk)
  await appendNotes(log, 6)
  disk.files.room = 0
  await assert.rejects(log.append('broker', { kind: 'note' }), { code: 'disk-full' })
  await log.close()
  const troubles: AuditRefusedError[] = []
  const again = await openMemoryLog({ ...disk, troubles })
  assert.equal(troubles[0]?.code, 'disk-full')
  assert.equal(again.head().size, 8, 'reads go on')
  await assert.rejects(again.append('broker', { kind: 'note' }), { code: 'disk-full' })
  disk.files.room = Number.POSITIVE_INFINITY
  await again.append('broker', { kind: 'note' })
  await again.close()
  const kinds = (await recordsOf(disk.files)).slice(8).map(({ kind }) => kind)
  assert.deepEqual(kinds, ['epoch', 'boot', 'note'])
  assert.equal((await verifyLog(disk.files, { anchors: [], clockToleranceMs: 2000 })).verdict, 'intact')
})

test('after a failed flush nothing is recorded any more: what is on the disk is not known', async () => {
  const disk = newDisk()
  const troubles: AuditRefusedError[] = []
  const log = await openMemoryLog({ ...disk, troubles })
  disk.files.failsToFlush = true
  await assert.rejects(log.append('broker', { kind: 'note' }), { code: 'unavailable' })
  disk.files.failsToFlush = false
  await assert.rejects(log.append('broker', { kind: 'note' }), { code: 'unavailable' })
  assert.ok(troubles.some(({ code }) => code === 'unavailable'))
})

test('a line that somebody else adds stops the log', async () => {
  const disk = newDisk()
  const log = await openMemoryLog(disk)
  disk.files.addForeign('segment-000000.jsonl', Buffer.from('{}\n'))
  await assert.rejects(log.append('broker', { kind: 'note' }), { code: 'unavailable' })
})

test('a closed log refuses', async () => {
  const log = await openMemoryLog(newDisk())
  await log.close()
  await assert.rejects(log.append('broker', { kind: 'note' }), { code: 'unavailable' })
})

test('hidden values are salted by subject: linkable while the salt is there, untellable once it is erased', async () => {
  const disk = newDisk()
  const salts = new MemorySalts()
  const log = await openMemoryLog({ ...disk, salts })
  const hidden = { room: { value: 'general', subject: 'user:alice' } }
  for (let times = 0; times < 2; times += 1) await log.append('broker', { kind: 'note', hidden })
  const salt = await salts.of('user:alice')
  assert.equal(await log.erase('user:alice'), true)
  assert.equal(await log.erase('user:alice'), false)
  await log.append('broker', { kind: 'note', hidden })
  const records = (await recordsOf(disk.files)).slice(2)
  const rooms = records.map((record) => record.hidden?.['room'])
  const value = hiddenValue('room', 'general', salt)
  assert.deepEqual(rooms.slice(0, 3), [value, value, undefined])
  assert.notEqual(rooms[3], value)
  assert.deepEqual(records[2]?.facts, { salt: salt.id })
  const all = disk.files.content('segment-000000.jsonl').toString()
  assert.ok(!all.includes('general') && !all.includes('alice'))
})

test('a head is signed for its log, and later heads prove to continue it', async () => {
  const log = await openMemoryLog(newDisk())
  const heads = [log.head()]
  for (let index = 0; index < 20; index += 1) {
    await appendNotes(log, 1)
    heads.push(log.head())
  }
  assert.ok(heads.every((head) => isAuditHeadSigned(testOrigin, head) && !isAuditHeadSigned('another', head)))
  for (const known of heads) {
    const { head, proof } = await log.consistency(known.size)
    assert.equal(auditProgress(testOrigin, known, head, proof), 'consistent')
    assert.equal(auditProgress('another', known, head, proof), 'bad-signature')
    const other = { ...known, root: log.head().root }
    if (known.size < head.size) assert.equal(auditProgress(testOrigin, other, head, proof), 'forked')
  }
  assert.equal(auditProgress(testOrigin, { ...log.head(), size: 999 }, log.head(), []), 'rolled-back')
})

test('a proof of what is not there is refused', async () => {
  const log = await openMemoryLog(newDisk())
  await assert.rejects(log.consistency(99), { code: 'not-found' })
  await assert.rejects(log.inclusion(99), { code: 'not-found' })
})

test('each start has a new key; the old one is gone', async () => {
  const disk = newDisk()
  const first = (await openMemoryLog(disk)).head().key
  const second = (await openMemoryLog(disk)).head().key
  assert.notEqual(first, second)
  assert.deepEqual([...disk.keys.signers.keys()], [second])
})
