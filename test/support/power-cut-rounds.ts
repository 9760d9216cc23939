import assert from 'node:assert/strict'
import type { AuditLog } from '../../runtime/audit/audit-log.ts'
import { verifyLog } from '../../runtime/audit/verify/verify-log.ts'
import { TestClock } from './audit-fixture.ts'
import { MemoryKeys, openMemoryLog } from './memory-audit-log.ts'
import { MemoryLogFiles } from './memory-log-files.ts'
import { seededRandom } from './seeded-random.ts'

/** Appends for ever, in waves, until the disk is looked at: what is under way then is cut. */
async function appendWaves(log: AuditLog, acknowledged: Map<number, string>, random: () => number): Promise<void> {
  for (let wave = 0; wave < 6; wave += 1) {
    const appends = Array.from({ length: 1 + Math.floor(random() * 4) }, async () => {
      const { seq, hash } = await log.append('broker', { kind: 'note', highRisk: random() < 0.3 })
      acknowledged.set(seq, hash)
    })
    await Promise.all(appends)
    if (random() < 0.2) await log.nextEpoch()
  }
}

/**
 * Cuts the power three times a round while records are written, and fails when an acknowledged one is lost or the log does not go on.
 * Returns how many were acknowledged.
 */
export async function powerCutRounds(rounds: number, seed: number): Promise<number> {
  const random = seededRandom(seed)
  let acknowledgedInAll = 0
  for (let round = 0; round < rounds; round += 1) {
    const clock = new TestClock()
    const safe = new Map<number, string>()
    let [files, keys] = [new MemoryLogFiles(), new MemoryKeys()]
    for (let cut = 0; cut < 3; cut += 1) {
      const log = await openMemoryLog({ files, keys, clock })
      const acknowledged = new Map<number, string>()
      void appendWaves(log, acknowledged, random)
      // The cut comes after some turns of the event loop: amid writes, flushes, seams and epochs.
      for (let turns = Math.floor(random() * 400); turns > 0; turns -= 1) await Promise.resolve()
      for (const [seq, hash] of acknowledged) safe.set(seq, hash)
      ;[files, keys] = [files.afterPowerCut(random), keys.copy()]
      await assertKept(files, safe, `round ${round}`)
    }
    const log = await openMemoryLog({ files, keys, clock })
    await log.append('broker', { kind: 'note' })
    await log.close()
    await assertKept(files, safe, `round ${round}`)
    acknowledgedInAll += safe.size
  }
  return acknowledgedInAll
}

async function assertKept(files: MemoryLogFiles, safe: ReadonlyMap<number, string>, where: string): Promise<void> {
  const leaves: Buffer[] = []
  const report = await verifyLog(files, { anchors: [], clockToleranceMs: 2000, onSegment: (_records, segment) => leaves.push(segment) })
  assert.notEqual(report.verdict, 'broken', JSON.stringify(report.findings))
  const all = Buffer.concat(leaves)
  for (const [seq, hash] of safe) assert.equal(all.subarray(seq * 32, (seq + 1) * 32).toString('hex'), hash, `record ${seq} of ${where}`)
}
