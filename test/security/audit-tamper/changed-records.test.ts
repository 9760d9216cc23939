import assert from 'node:assert/strict'
import { cp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { canonicalJson } from '../../../runtime/protocol/canonical-json.ts'
import { editLines, verifyFolder } from '../../support/audit-fixture.ts'
import {
  codesOf,
  finishedLog,
  flipByte,
  lineOf,
  onlyFinding,
  rechainSegment,
  segmentName,
  type RecordFields,
} from '../../support/tampered-log.ts'

// Eight records a segment, a checkpoint every four; everything is found from the files alone, by somebody without a key.

for (const seq of [2, 7, 8, 12, 15, 23, 29, 30]) {
  test(`a flipped byte in record ${seq} of 31 is found there`, async (context) => {
    const { folder } = await finishedLog(context)
    await flipByte(folder, seq)
    assert.equal(onlyFinding(await verifyFolder(folder), 'altered').seq, seq)
  })
}

test('a flipped byte in a link is found in the record that holds it', async (context) => {
  const { folder } = await finishedLog(context)
  await editLines(folder, segmentName(1), (lines) => {
    const record = JSON.parse(lines[4] ?? '')
    return lines.with(4, canonicalJson({ ...record, previous: 'f'.repeat(64) }))
  })
  const found = onlyFinding(await verifyFolder(folder), 'altered')
  assert.deepEqual([found.seq, found.file, found.line], [11, segmentName(1), 5])
})

test('a record that is no JSON any more, no canonical JSON or no record is found at its line and byte', async (context) => {
  for (const edit of [
    (line: string) => line.slice(1),
    (line: string) => line.replace('{', '{ '),
    (line: string) => line.replace('"kind"', '"kimd"'),
    (line: string) => line.replace(/}$/, ',"seq":12}'),
    (line: string) => line.replace('note-', '\\u006eote-'),
  ]) {
    const { folder } = await finishedLog(context)
    let byte = 0
    await editLines(folder, segmentName(1), (lines) => {
      byte = Buffer.byteLength(lines.slice(0, 5).join('\n')) + 1
      return lines.with(5, edit(lines[5] ?? ''))
    })
    const found = onlyFinding(await verifyFolder(folder), 'altered')
    assert.deepEqual([found.seq, found.line, found.byte], [12, 6, byte])
  }
})

test('a byte that is not UTF-8 is found even where its replacement character reads the same', async (context) => {
  const { folder } = await finishedLog(context)
  const path = join(folder, 'log', segmentName(1))
  const bytes = await readFile(path)
  bytes[bytes.indexOf('note-10') + 1] = 0xff
  await writeFile(path, bytes)
  assert.equal(onlyFinding(await verifyFolder(folder), 'altered').seq, 12)
})

test('an endless line is found and does not fill the memory', async (context) => {
  const { folder } = await finishedLog(context)
  await editLines(folder, segmentName(1), (lines) => lines.with(5, 'x'.repeat(5_000_000)))
  const report = await verifyFolder(folder)
  assert.ok(report.findings.some(({ code, seq, line }) => code === 'altered' && seq === 12 && line === 6))
})

test('a deletion is found where the record is missing, at a segment’s begin, middle and end', async (context) => {
  for (const [seq, code] of [
    [8, 'deleted'],
    [12, 'deleted'],
    [15, 'deleted'],
    [30, 'cut-tail'],
  ] as const) {
    const { folder } = await finishedLog(context)
    await editLines(folder, segmentName(Math.floor(seq / 8)), (lines) => lines.toSpliced(lineOf(seq) - 1, 1))
    const found = onlyFinding(await verifyFolder(folder), code)
    assert.deepEqual([found.seq, found.lastSeq], [seq, seq])
  }
})

test('a deleted range is one finding', async (context) => {
  const { folder } = await finishedLog(context)
  await editLines(folder, segmentName(2), (lines) => lines.toSpliced(3, 4))
  const found = onlyFinding(await verifyFolder(folder), 'deleted')
  assert.deepEqual([found.seq, found.lastSeq, found.line], [18, 21, 4])
})

test('an insertion is found at its line, whatever number it claims', async (context) => {
  for (const seq of [3, 11, 12, 1000]) {
    const { folder } = await finishedLog(context)
    await editLines(folder, segmentName(1), (lines) => {
      const forged = canonicalJson({ ...JSON.parse(lines[5] ?? ''), seq, result: 'forged' })
      return lines.toSpliced(5, 0, forged)
    })
    assert.equal(onlyFinding(await verifyFolder(folder), 'inserted').line, 6)
  }
})

test('a line that is no record is found where it was inserted', async (context) => {
  const { folder } = await finishedLog(context)
  await editLines(folder, segmentName(1), (lines) => lines.toSpliced(5, 0, 'hello'))
  const found = onlyFinding(await verifyFolder(folder), 'inserted')
  assert.deepEqual([found.seq, found.line], [12, 6])
})

test('a duplicate is found at its second line, in the same and in another segment', async (context) => {
  const { folder } = await finishedLog(context)
  await editLines(folder, segmentName(1), (lines) => lines.toSpliced(7, 0, lines[4] ?? ''))
  const found = onlyFinding(await verifyFolder(folder), 'duplicated')
  assert.deepEqual([found.seq, found.line], [11, 8])

  const other = await finishedLog(context)
  const [, copied = ''] = (await readFile(join(other.folder, 'log', segmentName(0)), 'utf8')).split('\n')
  await editLines(other.folder, segmentName(1), (lines) => lines.toSpliced(5, 0, copied))
  assert.equal(onlyFinding(await verifyFolder(other.folder), 'inserted').line, 6)
})

test('a changed order is found at the record that comes too late', async (context) => {
  const { folder } = await finishedLog(context)
  await editLines(folder, segmentName(1), (lines) => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? ''))
  const found = onlyFinding(await verifyFolder(folder), 'reordered')
  assert.deepEqual([found.seq, found.line], [11, 6])
})

test('a cut tail is found by the checkpoints left, and by an anchor once those are cut too', async (context) => {
  const { folder, head } = await finishedLog(context)
  await editLines(folder, segmentName(3), (lines) => lines.slice(0, 5))
  const cut = onlyFinding(await verifyFolder(folder), 'cut-tail')
  assert.deepEqual([cut.seq, cut.lastSeq], [28, 30])

  await editLines(folder, 'checkpoints.jsonl', (lines) => lines.slice(0, -1))
  assert.deepEqual(codesOf(await verifyFolder(folder)), [], 'files alone cannot show it: this is what anchors are for')
  const anchored = onlyFinding(await verifyFolder(folder, { anchors: [head] }), 'rolled-back')
  assert.deepEqual([anchored.seq, anchored.lastSeq], [28, 30])
})

test('a segment in the middle that is cut, or gone, is found with what is missing', async (context) => {
  const { folder } = await finishedLog(context)
  await editLines(folder, segmentName(1), (lines) => lines.slice(0, 6))
  const short = onlyFinding(await verifyFolder(folder), 'deleted')
  assert.deepEqual([short.seq, short.lastSeq], [13, 15])
  await rm(join(folder, 'log', segmentName(1)))
  const gone = onlyFinding(await verifyFolder(folder), 'missing-segment')
  assert.deepEqual([gone.seq, gone.lastSeq], [8, 15])
})

test('a copy that was chained anew is found, narrowed to what one checkpoint covers', async (context) => {
  const { folder } = await finishedLog(context)
  await rechainSegment(folder, 2, (records) => records.with(5, { ...records[5], result: 'nothing happened' }))
  const found = onlyFinding(await verifyFolder(folder), 'rewritten')
  assert.deepEqual([found.seq, found.lastSeq], [20, 23])
})

test('a record inserted or deleted with all later ones numbered and chained anew is found', async (context) => {
  for (const edit of [
    (records: RecordFields[]) => records.toSpliced(1, 0, { ...records[1], result: 'forged' }).slice(0, 8),
    (records: RecordFields[]) => [...records.toSpliced(1, 1), { ...records[7], result: 'forged' }],
  ]) {
    const { folder } = await finishedLog(context)
    await rechainSegment(folder, 2, edit)
    const found = onlyFinding(await verifyFolder(folder), 'rewritten')
    assert.deepEqual([found.seq, found.lastSeq], [16, 19])
  }
})

test('swapped segments, and one copied over another, are found with their files', async (context) => {
  const { folder } = await finishedLog(context)
  const path = (index: number): string => join(folder, 'log', segmentName(index))
  await rename(path(1), `${path(1)}.away`)
  await rename(path(2), path(1))
  await rename(`${path(1)}.away`, path(2))
  const swapped = await verifyFolder(folder)
  assert.deepEqual(codesOf(swapped), ['swapped-segment', 'swapped-segment'])
  assert.deepEqual(
    swapped.findings.slice(0, 2).map(({ file, seq }) => [file, seq]),
    [
      [segmentName(1), 16],
      [segmentName(2), 8],
    ],
  )
  await cp(path(2), path(1))
  assert.deepEqual(codesOf(await verifyFolder(folder)), ['swapped-segment', 'missing-segment'])
})

test('a flipped byte in a seam is found in its file', async (context) => {
  const { folder } = await finishedLog(context)
  await editLines(folder, segmentName(2), (lines) => lines.with(0, (lines[0] ?? '').replace('"openIntents":[]', '"openIntents":[3]')))
  const found = onlyFinding(await verifyFolder(folder), 'altered-seam')
  assert.deepEqual([found.file, found.line], [segmentName(2), 1])
})

test('a torn last line is found, with its place', async (context) => {
  const { folder } = await finishedLog(context)
  const path = join(folder, 'log', segmentName(3))
  const whole = await readFile(path)
  await writeFile(path, Buffer.concat([whole, Buffer.from('{"actor":"broker","at":"2026-11-25T')]))
  const found = onlyFinding(await verifyFolder(folder), 'torn-tail')
  assert.deepEqual([found.seq, found.file, found.byte], [31, segmentName(3), whole.length])
  await truncate(path, whole.length - 10)
  assert.deepEqual(codesOf(await verifyFolder(folder)), ['torn-tail', 'cut-tail'], 'a torn line that a checkpoint covers is a cut')
})

test('damage in one segment does not hide damage in another', async (context) => {
  const { folder } = await finishedLog(context)
  await flipByte(folder, 4)
  await flipByte(folder, 20)
  await rechainSegment(folder, 1, (records) => records.with(2, { ...records[2], result: 'forged' }))
  const report = await verifyFolder(folder)
  assert.deepEqual(
    report.findings.filter(({ severity }) => severity === 'broken').map(({ code, seq }) => [code, seq]),
    [
      ['altered', 4],
      ['altered', 20],
      ['rewritten', 8],
    ],
  )
})

test('a folder that holds no log is not called intact', async (context) => {
  const { folder } = await finishedLog(context)
  await rm(join(folder, 'log', 'epochs.jsonl'))
  assert.equal((await verifyFolder(folder)).verdict, 'broken')
})
