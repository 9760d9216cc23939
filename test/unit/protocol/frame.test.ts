import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeFrame, FrameReader, FrameTooLongError } from '../../../runtime/protocol/frame.ts'

const payloads = ['', 'a', 'x'.repeat(64)].map((text) => Buffer.from(text))
const stream = Buffer.concat(payloads.map((payload) => encodeFrame(payload, 64)))

test('frames come out whole however the stream is split', () => {
  for (let size = 1; size <= stream.length; size += 1) {
    const reader = new FrameReader(64)
    const frames: Buffer[] = []
    for (let at = 0; at < stream.length; at += size) frames.push(...reader.push(stream.subarray(at, at + size)))
    assert.deepEqual(frames, payloads, `split every ${size} bytes`)
  }
})

test('a frame longer than the limit is neither sent nor received', () => {
  assert.throws(() => encodeFrame(Buffer.alloc(65), 64), FrameTooLongError)
  assert.throws(() => new FrameReader(64).push(Buffer.from([0, 0, 0, 65])), FrameTooLongError)
  assert.throws(() => new FrameReader(64).push(Buffer.from([255, 255, 255, 255])), FrameTooLongError)
})

test('a length announced after a whole frame is refused as well', () => {
  const reader = new FrameReader(64)
  assert.throws(() => reader.push(Buffer.concat([encodeFrame(Buffer.from('a'), 64), Buffer.from([0, 1, 0, 0])])), FrameTooLongError)
})
