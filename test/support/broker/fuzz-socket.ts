import assert from 'node:assert/strict'
import { encodeFrame, FrameDecoder, FrameError, type FrameKind } from '../../../runtime/protocol/broker-frame.ts'
import { bodyBudget, RequestReader } from '../../../runtime/broker/socket/request-reader.ts'
import { seededRandom, type Random } from '../random.ts'

const kinds: readonly FrameKind[] = ['header', 'data', 'end', 'secret']
const headers = [
  '{"operation":"status"}',
  '{"operation":"get","handle":"service"}',
  '{"operation":"hello","token":"x"}',
  '{"operation":"verifyWebhook","random":"r","signature":"s"}',
  '{"operation":"callNextcloud","task":"t","call":{"operation":"files.get","path":["a"]}}',
  '{"operation":"callNextcloud","task":"t","call":{"operation":"files.get","path":[".."]}}',
  '{"__proto__":{"operation":"status"}}',
  '[]',
  '{',
  'null',
].map((text) => Buffer.from(text))

function frame(random: Random): Buffer {
  const kind = random.pick(kinds)
  const whole = encodeFrame(kind, kind === 'header' ? random.pick(headers) : random.bytes(1 + random.integer(40)))
  if (random.integer(3) === 0) whole[random.integer(whole.length)] = random.integer(256)
  return random.integer(8) === 0 ? whole.subarray(0, random.integer(whole.length)) : whole
}

function stream(random: Random): Buffer {
  if (random.integer(10) === 0) return random.bytes(random.integer(30))
  return Buffer.concat(Array.from({ length: 1 + random.integer(4) }, () => frame(random)))
}

/** What a reader makes of the bytes in the given pieces. */
function outcome(chunks: readonly Buffer[]): string {
  let held = 0
  const budget = bodyBudget(1024 * 1024)
  const reader = new RequestReader({
    take: (bytes) => {
      held += bytes
      return budget.take(bytes)
    },
    give: (bytes) => {
      held -= bytes
      budget.give(bytes)
    },
  })
  const seen: string[] = []
  try {
    for (const chunk of chunks)
      seen.push(...reader.push(Buffer.from(chunk)).map(({ request, body }) => `${request.operation}+${body.length}`))
  } catch (error) {
    assert.ok(error instanceof FrameError, `the reader failed with ${String(error)}`)
    reader.drop()
    assert.equal(held, 0, 'a broken request still holds bytes')
    return 'broken'
  }
  reader.drop()
  assert.equal(held, 0, 'a dropped request still holds bytes')
  return seen.join(' ')
}

/** Feeds `inputs` streams of frames to the socket's reader, whole and byte by byte. Throws with the number of the input that differs. */
export function fuzzSocket(inputs: number, seed: number): void {
  const random = seededRandom(seed)
  for (let input = 0; input < inputs; input += 1) {
    const bytes = stream(random)
    const at = random.integer(bytes.length + 1)
    const cut = [bytes.subarray(0, at), bytes.subarray(at)]
    assert.equal(outcome(cut), outcome([bytes]), `input ${input} of seed ${seed}: ${bytes.toString('hex')}`)
  }
}

/** Does a decoder ever hold more than one frame of the largest size? It must refuse a length before it stores anything. */
export function refusesLongFrames(): void {
  for (const kind of [1, 2, 3, 4]) {
    const prefix = Buffer.from([0xff, 0xff, 0xff, 0xff, kind])
    assert.throws(() => new FrameDecoder().push(prefix), FrameError)
  }
}
