import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createScrubber } from '../../../runtime/broker/secrets/scrubber.ts'
import { seededRandom } from '../../support/random.ts'
import { spellings } from '../../support/broker/spellings.ts'

const secret = 'sk-canary/A+b"c\\d:0001?>~e'
const scrubber = () => createScrubber([Buffer.from(secret)])

function scrubbed(chunks: readonly Buffer[]): string {
  const stream = scrubber().stream()
  return Buffer.concat([...chunks.map((chunk) => stream.push(Buffer.from(chunk))), stream.end()]).toString('latin1')
}

/** In base64 the unknown bytes before a secret and the word behind it stay, with the symbols that they share with it. */
const longestBase64Neighbourhood = 12

function assertBlanked(name: string, text: string, result: string): void {
  const inner = result.slice('before '.length, -' after'.length)
  assert.equal(inner.length, text.length, `${name}: the length changed`)
  if (!name.startsWith('base64')) assert.equal(inner, '*'.repeat(text.length), name)
  assert.ok(inner.replaceAll('*', '').length <= longestBase64Neighbourhood, `${name}: ${result}`)
}

for (const [name, text] of spellings(secret)) {
  test(`a secret is blanked as ${name}, split at every position in two and in three`, () => {
    const whole = Buffer.from(`before ${text} after`, 'latin1')
    const expected = scrubbed([whole])
    assertBlanked(name, text, expected)
    for (let at = 1; at < whole.length; at += 1) {
      assert.equal(scrubbed([whole.subarray(0, at), whole.subarray(at)]), expected, `split at ${at}`)
      const next = Math.min(whole.length, at + 3)
      assert.equal(
        scrubbed([whole.subarray(0, at), whole.subarray(at, next), whole.subarray(next)]),
        expected,
        `split at ${at} and ${next}`,
      )
    }
    assert.equal(scrubbed(Array.from(whole, (_, at) => whole.subarray(at, at + 1))), expected, 'byte by byte')
  })
}

test('a body that breaks off inside a secret does not show the part that was sent', () => {
  for (let length = 14; length < secret.length; length += 1) {
    const result = scrubbed([Buffer.from(`x ${secret.slice(0, length)}`)])
    assert.equal(result, `x ${'*'.repeat(length)}`)
  }
})

test('a harmless end that could begin a secret is neither held for ever nor changed', () => {
  assert.equal(scrubbed([Buffer.from('yes')]), 'yes')
  assert.equal(scrubbed([Buffer.from('100%')]), '100%')
  assert.equal(scrubbed([Buffer.from('a\\')]), 'a\\')
})

test('what cannot begin a secret is passed on at once', () => {
  const stream = scrubber().stream()
  assert.equal(stream.push(Buffer.from('data: {"delta":"ok"}\n\n')).toString(), 'data: {"delta":"ok"}\n\n')
})

test('two secrets, repeated and overlapping, are all blanked', () => {
  const both = createScrubber([Buffer.from('abcdefgh12'), Buffer.from('gh12345678')])
  const stream = both.stream()
  const chunks = ['-abcdefgh1', '2-abcdefgh12345678-', 'gh1234', '5678-'].map((text) => stream.push(Buffer.from(text)))
  assert.equal(Buffer.concat([...chunks, stream.end()]).toString(), `-${'*'.repeat(10)}-${'*'.repeat(16)}-${'*'.repeat(10)}-`)
})

test('1,000 harmless bodies stay as they are, byte for byte', () => {
  const random = seededRandom(7)
  const words = [
    'skip',
    'sk-',
    '"usage":',
    'c2st',
    '%73%6b',
    '\\u0073k',
    '\n',
    '{"id":"chatcmpl-1"}',
    '736b2d',
    '\\\\n',
    'data: ',
    ' + / ',
    '=',
    'é',
  ]
  const scrub = scrubber()
  for (let body = 0; body < 1000; body += 1) {
    const parts = Array.from({ length: random.integer(60) }, () =>
      random.integer(4) === 0 ? random.bytes(random.integer(40)) : Buffer.from(random.pick(words)),
    )
    const stream = scrub.stream()
    const out = Buffer.concat([...parts.map((part) => stream.push(Buffer.from(part))), stream.end()])
    assert.ok(out.equals(Buffer.concat(parts)), `body ${body} of seed 7`)
  }
})

test('a long run of what begins a secret takes bounded time and stays as it is', () => {
  const text = Buffer.from(`${'sk-canary/A+b'.repeat(20_000)}.`)
  const stream = scrubber().stream()
  assert.ok(Buffer.concat([stream.push(Buffer.from(text)), stream.end()]).equals(text))
})

test('looking for a secret finds it and leaves the text alone', () => {
  const text = Buffer.from(`{"prompt":"${Buffer.from(`xx${secret}`).toString('base64')}"}`)
  const before = Buffer.from(text)
  assert.ok(scrubber().contains(text))
  assert.ok(text.equals(before))
  assert.ok(!scrubber().contains(Buffer.from('{"prompt":"nothing"}')))
})

test('wiping leaves no pattern behind', () => {
  const scrub = scrubber()
  scrub.wipe()
  assert.ok(!scrub.contains(Buffer.from(secret)))
})
