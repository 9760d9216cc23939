import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { MerkleFrontier } from '../../../runtime/audit/merkle-frontier.ts'
import { leafHash } from '../../../runtime/protocol/merkle-hash.ts'
import { parseSignedCheckpoint } from '../../../runtime/protocol/signed-checkpoint.ts'
import { appendNotes, copyLog, openTestLog, temporaryFolder, TestClock } from '../../support/audit-fixture.ts'
import { finishedLog, flipByte } from '../../support/tampered-log.ts'

const program = new URL('../../../runtime/audit/moltagent-audit-main.ts', import.meta.url).pathname

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('verify says that a log is intact, with its head, and exits 0', async (context) => {
  const { folder, head } = await finishedLog(context)
  const anchor = join(folder, 'anchor.json')
  await writeFile(anchor, JSON.stringify(head))
  const { status, stdout } = run('verify', join(folder, 'log'), '--anchor', anchor)
  assert.equal(status, 0)
  assert.match(stdout, /^intact: moltagent\.example\//)
  assert.ok(stdout.includes(`"root":"${head.root}"`))
})

test('verify names what is wrong and where, and exits 1; as JSON too', async (context) => {
  const { folder } = await finishedLog(context)
  await flipByte(folder, 12)
  const { status, stdout } = run('verify', join(folder, 'log'))
  assert.equal(status, 1)
  assert.match(stdout, /broken altered \[record 12, segment-000001\.jsonl:6 byte \d+\]: record 12 is altered/)
  const report = JSON.parse(run('verify', join(folder, 'log'), '--json').stdout)
  assert.deepEqual([report.verdict, report.findings[0].seq], ['broken', 12])
})

test('verify compares two copies and says where they part', async (context) => {
  const folder = await temporaryFolder(context)
  const clock = new TestClock()
  const log = await openTestLog(folder, { clock })
  await appendNotes(log, 10)
  await log.close()
  const clone = await copyLog(context, folder)
  for (const each of [folder, clone]) {
    const continued = await openTestLog(each, { clock })
    await appendNotes(continued, 4)
    await continued.close()
  }
  const { status, stdout } = run('verify', join(folder, 'log'), '--against', join(clone, 'log'))
  assert.equal(status, 1)
  assert.match(stdout, /forked \[record 12\]/)
})

test('show prints the records that are asked for', async (context) => {
  const { folder } = await finishedLog(context)
  const { status, stdout } = run('show', join(folder, 'log'), '--from', '3', '--to', '4')
  assert.equal(status, 0)
  assert.match(stdout, /^3 \S+ broker note {"result":"note-1"}\n4 \S+ broker note {"result":"note-2"}\n$/)
  assert.equal(run('show', join(folder, 'log'), '--kind', 'boot', '--json').stdout.trim().split('\n').length, 1)
})

test('show finds a hidden value with its salt, and not without', async (context) => {
  const folder = await temporaryFolder(context)
  const log = await openTestLog(folder)
  await log.append('broker', { kind: 'note', hidden: { room: { value: 'general', subject: 'rooms' } } })
  await log.append('broker', { kind: 'note', hidden: { room: { value: 'random', subject: 'rooms' } } })
  const ask = (room: string) =>
    run('show', join(folder, 'log'), '--hidden', `room=${room}`, '--subject', 'rooms', '--salts', join(folder, 'private', 'salts'))
  assert.match(ask('general').stdout, /^2 /)
  assert.equal(ask('other').stdout, '')
  await log.erase('rooms')
  await log.close()
  const erased = ask('general')
  assert.equal(erased.status, 2)
  assert.match(erased.stderr, /erased/)
})

test('export writes C2SP tlog-tiles whose tiles, entries and checkpoint agree', async (context) => {
  const folder = await temporaryFolder(context)
  const log = await openTestLog(folder, { limits: { segmentRecords: 256 } })
  await Promise.all(Array.from({ length: 600 }, () => log.append('broker', { kind: 'note' })))
  await log.close()
  const out = join(folder, 'tiles')
  assert.equal(run('export', join(folder, 'log'), '--out', out).status, 0)
  const { size, root } = parseSignedCheckpoint(await readFile(join(out, 'checkpoint'), 'utf8'))
  assert.equal(size, 602)
  const tile = (path: string): Promise<Buffer> => readFile(join(out, 'tile', path))
  const leaves = Buffer.concat([await tile('0/000'), await tile('0/001'), await tile('0/002.p/90')])
  const entries = Buffer.concat([await tile('entries/000'), await tile('entries/001'), await tile('entries/002.p/90')])
  const tree = new MerkleFrontier()
  let at = 0
  for (let index = 0; index < size; index += 1) {
    const entry = entries.subarray(at + 2, at + 2 + entries.readUInt16BE(at))
    at += 2 + entry.length
    assert.deepEqual(leafHash(entry), leaves.subarray(index * 32, index * 32 + 32))
    tree.append(leafHash(entry))
  }
  assert.equal(at, entries.length)
  assert.deepEqual(tree.root(), root)
  assert.equal((await tile('1/000.p/2')).length, 64)
  assert.deepEqual((await readdir(out)).sort(), ['checkpoint', 'tile'])
  assert.equal(run('export', join(folder, 'log'), '--out', out).status, 2, 'nothing is overwritten')
})

test('wrong use is told with a way to help, and exits 2', async (context) => {
  const folder = await temporaryFolder(context)
  for (const args of [
    ['verify'],
    ['forge', folder],
    ['verify', folder, '--nonsense'],
    ['show', folder, '--from', 'x'],
    ['verify', join(folder, 'nothing')],
  ]) {
    const { status, stderr } = run(...args)
    assert.equal(status, 2, args.join(' '))
    assert.match(stderr, /^moltagent-audit: /)
  }
  assert.match(run('--help').stdout, /Usage: moltagent-audit/)
})
