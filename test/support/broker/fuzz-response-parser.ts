import assert from 'node:assert/strict'
import { HttpError } from '../../../runtime/broker/http/http-error.ts'
import { ResponseParser } from '../../../runtime/broker/http/response-parser.ts'
import { seededRandom, type Random } from '../random.ts'

const limits = { headBytes: 2048, headerCount: 16, bodyBytes: 4096 }

const pieces = [
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.0 204 No\r\n',
  'HTTP/1.1 999 x\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: -1\r\n',
  'Content-Length: 99999999999999999999\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'Content-Encoding: gzip\r\n',
  'X: y\r\n',
  ' folded\r\n',
  '\r\n',
  '\n',
  '\r',
  'hello',
  '5\r\nhello\r\n',
  'ffffffff\r\n',
  '0\r\n\r\n',
  'FFFFFFFFFF\r\n',
  '5;ext=1\r\nhello\r\n',
  '\0',
  'x'.repeat(300),
].map((text) => Buffer.from(text, 'latin1'))

const valid = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: v\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\nuntil close',
].map((text) => Buffer.from(text, 'latin1'))

function mutated(random: Random): Buffer {
  const bytes = Buffer.from(random.pick(valid))
  for (let change = random.integer(4); change >= 0; change -= 1) bytes[random.integer(bytes.length)] = random.integer(256)
  return bytes
}

function generated(random: Random): Buffer {
  if (random.integer(3) === 0) return mutated(random)
  const parts = Array.from({ length: 1 + random.integer(8) }, () => (random.integer(12) === 0 ? random.bytes(9) : random.pick(pieces)))
  return Buffer.concat(parts)
}

/** What a parser made of the bytes when they came in the given pieces: for comparing one way of cutting with another. */
export function outcomeOf(chunks: readonly Buffer[], method: string): string {
  const seen: string[] = []
  let body = 0
  const parser = new ResponseParser(method, limits, {
    onHead: (head) => void seen.push(String(head.status), ...[...head.headers].map(([name, value]) => `${name}=${value}`)),
    onData: (bytes) => {
      body += bytes.length
    },
    onEnd: () => void seen.push('end'),
  })
  try {
    for (const chunk of chunks) parser.push(chunk)
    parser.close()
  } catch (error) {
    assert.ok(error instanceof HttpError, `the parser failed with ${String(error)}`)
    seen.push(error.code)
  }
  assert.ok(body <= limits.bodyBytes)
  return `${seen.join(' ')} ${seen.at(-1) === 'response-too-large' ? '' : body}`
}

function cut(bytes: Buffer, random: Random): readonly Buffer[] {
  const at = random.integer(bytes.length + 1)
  return [bytes.subarray(0, at), bytes.subarray(at)].filter((part) => part.length > 0)
}

/** Feeds `inputs` responses, each whole and cut in two, and compares. Throws with the number of the input that differs. */
export function fuzzResponseParser(inputs: number, seed: number): void {
  const random = seededRandom(seed)
  for (let input = 0; input < inputs; input += 1) {
    const bytes = generated(random)
    const method = random.pick(['GET', 'HEAD', 'POST'])
    assert.equal(
      outcomeOf(cut(bytes, random), method),
      outcomeOf([bytes], method),
      `input ${input} of seed ${seed}: ${bytes.toString('hex')}`,
    )
  }
}
