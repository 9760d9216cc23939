import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCanonical, lineText } from '../../../runtime/audit/canonical-line.ts'
import { lineLeafHash, OverlongLineError, scanLines, type RawLine } from '../../../runtime/audit/scan-lines.ts'
import { leafHash } from '../../../runtime/protocol/merkle-hash.ts'

const isCanonicalText = (text: string): boolean => isCanonical(text, JSON.parse(text))

test('canonical texts are told from others that say the same', () => {
  for (const text of ['{"a":1,"b":[{"c":"é","d":null}]}', '{"10":1,"9":2}', '{"a":"\\u0001\\n"}', '{"a":"€"}', '{"a":0.5}']) {
    assert.ok(isCanonicalText(text), text)
  }
  const others = [
    '{"b":1,"a":2}',
    '{"a":1,"b":{"d":1,"c":2}}',
    '[{"b":1,"a":2}]',
    '{"9":1,"10":2}',
    '{ "a":1}',
    '{"a":1,"a":1}',
    '{"a":1.0}',
    '{"a":"\\u0041"}',
    '{"a":"\\/"}',
    '{"a":"\\ud800"}',
  ]
  for (const text of others) assert.ok(!isCanonicalText(text), text)
})

function rawLine(bytes: Buffer): RawLine {
  return { buffer: Buffer.concat([Buffer.from('\n'), bytes]), start: 1, end: bytes.length + 1, number: 1, byte: 0 }
}

test('a line that is not UTF-8 has no text; one with a true replacement character has', () => {
  assert.equal(lineText(rawLine(Buffer.from([0x61, 0xff]))), undefined)
  assert.equal(lineText(rawLine(Buffer.from('a\uFFFD'))), 'a\uFFFD')
})

test('lines are found and hashed whole however the blocks are cut', async () => {
  const lines = ['first', '', 'x'.repeat(50), 'é€']
  const bytes = Buffer.from(`${lines.join('\n')}\nrest`)
  for (let size = 1; size <= bytes.length; size += 1) {
    const blocks = async function* (): AsyncIterable<Buffer> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    const found: string[] = []
    const unfinished = await scanLines(blocks(), 64, (line) => {
      found.push(lineText(line) ?? '')
      assert.equal(lineLeafHash(line), leafHash(Buffer.from(lines[line.number - 1] ?? '')).toString('hex'))
    })
    assert.deepEqual(found, lines)
    assert.deepEqual([unfinished.bytes.toString(), unfinished.number, unfinished.byte], ['rest', 5, bytes.length - 4])
  }
  const tooLong = async function* (): AsyncIterable<Buffer> {
    yield Buffer.from('x'.repeat(65))
  }
  await assert.rejects(
    scanLines(tooLong(), 64, () => undefined),
    OverlongLineError,
  )
})
