import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodeFrame } from '../../../runtime/protocol/frame.ts'
import { auditProgress } from '../../../runtime/protocol/audit-progress.ts'
import { readableLogFiles } from '../../../runtime/audit/node-log-files.ts'
import { verifyLog } from '../../../runtime/audit/verify/verify-log.ts'
import { startAuditProcess } from '../../support/audit-process.ts'
import { temporaryFolder } from '../../support/audit-fixture.ts'

const options = { timeout: 60_000 }

async function lastRecord(logFolder: string): Promise<Record<string, unknown>> {
  const lines = (await readFile(join(logFolder, 'segment-000000.jsonl'), 'utf8')).trimEnd().split('\n')
  return JSON.parse(lines.at(-1) ?? '')
}

test('each socket writes under its own name, only what it may, and nobody but one erases', options, async (context) => {
  const audit = await startAuditProcess(context, await temporaryFolder(context))
  const [broker, agent, operator] = [await audit.connect('broker'), await audit.connect('agent'), await audit.connect('operator')]
  const { seq } = await broker.append({ kind: 'intent', highRisk: true, hidden: { room: { value: 'general', subject: 'user:alice' } } })
  assert.equal((await lastRecord(audit.logFolder))['actor'], 'broker')
  await assert.rejects(agent.append({ kind: 'outcome', intent: seq }), { code: 'forbidden' })
  await assert.rejects(agent.append({ kind: 'approval', approval: 'ABCDEFGH' }), { code: 'forbidden' })
  await assert.rejects(operator.append({ kind: 'note' }), { code: 'forbidden' })
  await assert.rejects(agent.erase('user:alice'), { code: 'forbidden' })
  await agent.append({ kind: 'note' })
  assert.equal((await lastRecord(audit.logFolder))['actor'], 'agent')
  assert.deepEqual(await operator.erase('user:alice'), { op: 'erase', erased: true })
  await broker.append({ kind: 'outcome', intent: seq, result: 'ok' })
  assert.equal(await audit.stop(), 0)
  const report = await verifyLog(readableLogFiles(audit.logFolder), { anchors: [], clockToleranceMs: 2000 })
  assert.deepEqual([report.verdict, report.unmatchedIntents], ['intact', []])
})

test('keys and salts are private, sockets and log are their groups’', options, async (context) => {
  const folder = await temporaryFolder(context)
  const audit = await startAuditProcess(context, folder)
  await (await audit.connect('broker')).append({ kind: 'note', hidden: { room: { value: 'general', subject: 'rooms' } } })
  const mode = async (...path: string[]): Promise<string> => ((await stat(join(folder, ...path))).mode & 0o777).toString(8)
  assert.equal(await mode('state', 'private'), '700')
  for (const kind of ['keys', 'salts']) {
    const [file = ''] = await readdir(join(folder, 'state', 'private', kind))
    assert.equal(await mode('state', 'private', kind, file), '600')
  }
  assert.equal(await mode('broker.sock'), '660')
  assert.equal(await mode('state', 'log', 'segment-000000.jsonl'), '640')
})

test('heads over the socket prove that the log only grew', options, async (context) => {
  const audit = await startAuditProcess(context, await temporaryFolder(context), { segmentRecords: 8 })
  const broker = await audit.connect('broker')
  const { head: known } = await broker.head()
  await Promise.all(Array.from({ length: 50 }, () => broker.append({ kind: 'note' })))
  const { head, proof } = await broker.consistency(known.size)
  assert.equal(head.size, known.size + 50)
  assert.equal(auditProgress('moltagent.example/process', known, head, proof), 'consistent')
  assert.equal((await broker.inclusion(3)).head.size, head.size)
  await assert.rejects(broker.inclusion(1000), { code: 'not-found' })
})

test('a second process on the same folder does not start', options, async (context) => {
  const folder = await temporaryFolder(context)
  await startAuditProcess(context, folder)
  await assert.rejects(startAuditProcess(context, folder), /has it open/)
})

test('a killed process lets a new one start, which reports the intents that were open', options, async (context) => {
  const folder = await temporaryFolder(context)
  const audit = await startAuditProcess(context, folder)
  const broker = await audit.connect('broker')
  const { seq } = await broker.append({ kind: 'intent' })
  audit.child.kill('SIGKILL')
  await once(audit.child, 'exit')
  await assert.rejects(broker.append({ kind: 'note' }), { code: 'unavailable' })
  const again = await startAuditProcess(context, folder)
  assert.deepEqual((await lastRecord(again.logFolder))['unmatched'], [seq])
  await (await again.connect('broker')).append({ kind: 'outcome', intent: seq, result: 'ok' })
})

test('garbage on a socket is answered, closed and changes nothing', options, async (context) => {
  const folder = await temporaryFolder(context)
  const audit = await startAuditProcess(context, folder)
  const broker = await audit.connect('broker')
  const before = (await broker.head()).head.size
  const garbage = [
    Buffer.from([255, 255, 255, 255]),
    encodeFrame(Buffer.from('{'), 64),
    encodeFrame(Buffer.from('{"id":1,"op":"append","entry":{"kind":"boot"}}'), 64),
    encodeFrame(Buffer.from('{"id":1,"op":"append","actor":"broker","entry":{"kind":"note"}}'), 128),
    ...Array.from({ length: 40 }, (_, round) => randomBytes(1 + round * 50)),
  ]
  for (const bytes of garbage) {
    const socket = connect(join(folder, 'agent.sock'))
    socket.on('error', () => undefined)
    socket.end(bytes)
    await once(socket.resume(), 'close')
  }
  assert.equal((await broker.head()).head.size, before)
  await broker.append({ kind: 'note' })
})
