import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { AuditRefusedError, type AuditClient } from '../../../runtime/protocol/audit-client.ts'
import { readableLogFiles } from '../../../runtime/audit/node-log-files.ts'
import { verifyLog } from '../../../runtime/audit/verify/verify-log.ts'
import { startAuditProcess, type AuditProcess } from '../../support/audit-process.ts'
import { temporaryFolder } from '../../support/audit-fixture.ts'

const isRoot = process.getuid?.() === 0

const sentence = 'a disk that is really full stops writes with a reason, not reads, and lets them go on'

test(sentence, { timeout: 60_000, skip: isRoot ? false : 'mounting a small disk needs root' }, async (context) => {
  const folder = await temporaryFolder(context)
  const state = join(folder, 'state')
  await mkdir(state)
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', state]).status, 0)
  try {
    await fillAndEmpty(await startAuditProcess(context, folder), state)
  } finally {
    spawnSync('umount', ['-l', state])
  }
})

async function fillAndEmpty(audit: AuditProcess, state: string): Promise<void> {
  const broker = await audit.connect('broker')
  await broker.append({ kind: 'note' })
  await writeFile(join(state, 'filler'), Buffer.alloc(150_000))

  const refused = await firstRefusal(broker)
  assert.equal(refused.code, 'disk-full')
  assert.match(refused.message, /disk is full/)
  await assert.rejects(broker.append({ kind: 'intent', highRisk: true }), { code: 'disk-full' })
  const { head } = await broker.head()
  assert.ok((await broker.consistency(1)).proof.length > 0, 'reads go on')
  const report = await verifyLog(readableLogFiles(audit.logFolder), { anchors: [head], clockToleranceMs: 2000 })
  assert.equal(report.verdict, 'intact', JSON.stringify(report.findings))

  await rm(join(state, 'filler'))
  const { seq } = await broker.append({ kind: 'note' })
  assert.equal(seq, head.size, 'nothing of what was refused is left')
  assert.equal(await audit.stop(), 0)
}

async function firstRefusal(broker: AuditClient): Promise<AuditRefusedError> {
  for (let count = 0; count < 2000; count += 1) {
    try {
      await broker.append({ kind: 'note', facts: { filler: 'x'.repeat(256) } })
    } catch (error) {
      if (error instanceof AuditRefusedError) return error
      throw error
    }
  }
  throw new Error('nothing was refused')
}
