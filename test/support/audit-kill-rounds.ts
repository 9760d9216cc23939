import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readableLogFiles } from '../../runtime/audit/node-log-files.ts'
import { segmentFile, segmentIndices } from '../../runtime/audit/file-names.ts'
import { verifyFolder } from './audit-fixture.ts'

interface Round {
  readonly acknowledged: readonly { readonly seq: number; readonly hash: string }[]
  readonly wasKilled: boolean
}

async function killedWriter(folder: string, killAt: number): Promise<Round> {
  const main = new URL('./audit-kill-main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, folder, String(killAt), `boot-of-${process.pid}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  const [code, signal] = await once(child, 'close')
  assert.ok(signal === 'SIGKILL' || code === 0, `the writer ended with ${code ?? signal} at step ${killAt}`)
  const lines = Buffer.concat(output).toString().trim().split('\n').filter(Boolean)
  return {
    acknowledged: lines.map((line) => ({ seq: Number(line.split(' ')[0]), hash: line.split(' ')[1] ?? '' })),
    wasKilled: signal === 'SIGKILL',
  }
}

async function records(folder: string): Promise<readonly Record<string, unknown>[]> {
  const files = readableLogFiles(join(folder, 'log'))
  const texts = await Promise.all(
    segmentIndices(await files.names()).map((index) => readFile(join(folder, 'log', segmentFile(index)), 'utf8')),
  )
  return texts.flatMap((text) => text.split('\n').slice(1, -1)).map((line) => JSON.parse(line))
}

/** A log exists once its first segment does. */
async function isBegun(folder: string): Promise<boolean> {
  const names = await readableLogFiles(join(folder, 'log')).names()
  return names.includes(segmentFile(0))
}

/**
 * Kills writers of one log at the given steps, one after the other. After each: no acknowledged record is lost or changed, nothing but a
 * torn tail and open intents is found, and the next writer reports what was torn and what lost its outcome.
 */
export async function killRounds(folder: string, steps: readonly number[]): Promise<{ readonly kills: number; readonly torn: number }> {
  const hashes = new Map<number, string>()
  const open = new Set<number>()
  let [kills, torn] = [0, 0]
  for (const killAt of steps) {
    const { acknowledged, wasKilled } = await killedWriter(folder, killAt)
    if (wasKilled) kills += 1
    for (const { seq, hash } of acknowledged) hashes.set(seq, hash)
    if (!(await isBegun(folder))) continue
    const leaves: Buffer[] = []
    const report = await verifyFolder(folder, { onSegment: (_records, segment) => leaves.push(segment) })
    const all = Buffer.concat(leaves)
    const wrong = report.findings.filter(({ code }) => !['torn-tail', 'unmatched-intent', 'not-anchored'].includes(code))
    assert.deepEqual(wrong, [], `after a kill at step ${killAt}`)
    for (const [seq, hash] of hashes) {
      assert.equal(
        all.subarray(seq * 32, (seq + 1) * 32).toString('hex'),
        hash,
        `acknowledged record ${seq} after a kill at step ${killAt}`,
      )
    }
    if (report.findings.some(({ code }) => code === 'torn-tail')) torn += 1
    for (const seq of report.unmatchedIntents) open.add(seq)
  }
  const last = await killedWriter(folder, 0)
  assert.equal(last.wasKilled, false)
  const all = await records(folder)
  const recoveries = all.filter(({ kind }) => kind === 'recovery')
  const tornReports = recoveries.filter(({ facts }) => (facts as { tornBytes: string }).tornBytes !== '0').length
  // A second kill between the cut and its report takes the report along; the same tail may be seen twice before it is cut.
  assert.ok(tornReports <= torn && (torn === 0 || tornReports > 0), `${torn} torn tails, ${tornReports} reports`)
  const reported = recoveries.flatMap(({ unmatched }) => unmatched as number[]).sort((left, right) => left - right)
  assert.deepEqual(
    reported,
    [...open].sort((left, right) => left - right),
    'each intent without outcome is reported once',
  )
  assert.deepEqual((await verifyFolder(folder)).unmatchedIntents, [])
  return { kills, torn }
}
