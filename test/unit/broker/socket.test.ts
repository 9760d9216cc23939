import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeData, encodeFrame, FrameDecoder, FrameError, frameLimits } from '../../../runtime/protocol/broker-frame.ts'
import { brokerLimits } from '../../../runtime/protocol/broker-api.ts'
import { bodyBudget, RequestReader } from '../../../runtime/broker/socket/request-reader.ts'
import { fuzzSocket, refusesLongFrames } from '../../support/broker/fuzz-socket.ts'

test('frames come out as they went in, wherever the bytes are cut', () => {
  const bytes = Buffer.concat([
    encodeFrame('header', Buffer.from('{}')),
    ...encodeData(Buffer.alloc(100_000, 7)),
    encodeFrame('end', Buffer.from('{}')),
  ])
  for (const at of [1, 4, 5, 6, 7, 8, 65_000, bytes.length - 1]) {
    const decoder = new FrameDecoder()
    const frames = [...decoder.push(bytes.subarray(0, at)), ...decoder.push(bytes.subarray(at))]
    assert.deepEqual(
      frames.map(({ kind, payload }) => [kind, payload.length]),
      [
        ['header', 2],
        ['data', frameLimits.data],
        ['data', 100_000 - frameLimits.data],
        ['end', 2],
      ],
    )
  }
})

test('a length or kind that is not allowed is refused before anything is stored', () => {
  refusesLongFrames()
  assert.throws(() => new FrameDecoder().push(Buffer.from([0, 0, 0, 1, 9, 0])), FrameError)
  assert.throws(() => new FrameDecoder().push(Buffer.from([0, 0, 0, 0, 1])), FrameError)
})

const header = (json: object): Buffer => encodeFrame('header', Buffer.from(JSON.stringify(json)))

test('a body over the limit, and bodies over the budget of all connections, are refused', () => {
  const data = encodeFrame('data', Buffer.alloc(frameLimits.data))
  const reader = new RequestReader(bodyBudget(Number.MAX_SAFE_INTEGER))
  reader.push(header({ operation: 'status' }))
  assert.throws(() => {
    for (let bytes = 0; bytes <= brokerLimits.requestBodyBytes; bytes += frameLimits.data) reader.push(data)
  }, /too large/)
  const budget = bodyBudget(frameLimits.data)
  const first = new RequestReader(budget)
  first.push(Buffer.concat([header({ operation: 'status' }), data]))
  const second = new RequestReader(budget)
  assert.throws(() => second.push(Buffer.concat([header({ operation: 'status' }), data])), /too many bodies/)
  first.drop()
  new RequestReader(budget).push(Buffer.concat([header({ operation: 'status' }), data]))
})

test('an operation that is not in the list is no request: there is no get', () => {
  for (const operation of ['get', 'getCredential', 'list', 'show', 'export', 'password/show', '', 'constructor', '__proto__']) {
    const reader = new RequestReader(bodyBudget(1024))
    assert.throws(() => reader.push(header({ operation, handle: 'service' })), FrameError, operation)
  }
  const reader = new RequestReader(bodyBudget(1024))
  assert.throws(() => reader.push(header({ operation: 'status', extra: 1 })), FrameError)
})

test('20,000 broken streams: no crash, no hang, nothing held, the same outcome however they are cut', () => {
  fuzzSocket(20_000, 5)
})
