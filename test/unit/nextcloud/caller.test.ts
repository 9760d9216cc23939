import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCaller, type Call } from '../../../runtime/nextcloud/caller.ts'
import { retryAfterMs } from '../../../runtime/nextcloud/failure-of.ts'
import { NextcloudError, type NextcloudFailureKind } from '../../../runtime/nextcloud/nextcloud-error.ts'
import type { NextcloudResponse } from '../../../runtime/nextcloud/send.ts'
import { scriptedSend } from '../../support/nextcloud/recorded-send.ts'
import { recorded } from '../../support/nextcloud/recordings.ts'

const read: Call = { doing: 'reading', method: 'GET', path: '/a', expected: [200] }
const write: Call = { doing: 'writing', method: 'PUT', path: '/a', expected: [204] }
const disabled = Buffer.from(recorded('revocation', 'disabled: WebDAV').response.body)

interface Run {
  readonly calls: number
  readonly waits: readonly number[]
  readonly kind: NextcloudFailureKind | null
}

async function run(call: Call, answers: readonly (Partial<NextcloudResponse> | Error)[]): Promise<Run> {
  const { send, sent } = scriptedSend(answers)
  const waits: number[] = []
  const sleep = async (ms: number): Promise<void> => void waits.push(ms)
  const caller = createCaller({ send, sleep, attempts: 3, firstWaitMs: 100, maximumWaitMs: 5000, now: () => 0, responseLimitBytes: 10 })
  const kind = await caller(call).then(
    () => null,
    (error: unknown) => {
      assert.ok(error instanceof NextcloudError)
      return error.failure.kind
    },
  )
  return { calls: sent.length, waits, kind }
}

const cases: readonly (readonly [string, Call, readonly (Partial<NextcloudResponse> | Error)[], Run])[] = [
  ['a read that fails once is repeated', read, [{ status: 502 }, { status: 200 }], { calls: 2, waits: [100], kind: null }],
  [
    'a read that goes on failing is given up, with doubled waits',
    read,
    [{ status: 500 }],
    { calls: 3, waits: [100, 200], kind: 'unavailable' },
  ],
  ['a read without an answer is repeated', read, [new Error('cut'), { status: 200 }], { calls: 2, waits: [100], kind: null }],
  [
    'a write without an answer is not repeated: it may have been done',
    write,
    [new Error('cut')],
    { calls: 1, waits: [], kind: 'no-answer' },
  ],
  ['a write that met a server fault is not repeated', write, [{ status: 500 }], { calls: 1, waits: [], kind: 'unavailable' }],
  [
    'a write that was rate-limited is repeated when the server says',
    write,
    [{ status: 429, headers: { 'retry-after': '2' } }, { status: 204 }],
    { calls: 2, waits: [2000], kind: null },
  ],
  ['a write to a locked file is repeated', write, [{ status: 423 }, { status: 204 }], { calls: 2, waits: [100], kind: null }],
  [
    'a server that asks for a long wait is left alone',
    read,
    [{ status: 429, headers: { 'retry-after': '3600' } }],
    { calls: 1, waits: [], kind: 'rate-limited' },
  ],
  [
    'maintenance is told apart',
    read,
    [{ status: 503, headers: { 'x-nextcloud-maintenance-mode': '1', 'retry-after': '120' } }],
    { calls: 1, waits: [], kind: 'maintenance' },
  ],
  ['a disabled account is never asked again', read, [{ status: 503, body: disabled }], { calls: 1, waits: [], kind: 'revoked' }],
  ['412 is an answer', write, [{ status: 412 }], { calls: 1, waits: [], kind: 'precondition-failed' }],
  ['401 is not repeated', read, [{ status: 401 }], { calls: 1, waits: [], kind: 'unauthorised' }],
  [
    'a redirect is refused',
    read,
    [{ status: 302, headers: { location: 'https://evil.example/' } }],
    { calls: 1, waits: [], kind: 'refused' },
  ],
  ['an answer that is too long is refused', read, [{ status: 200, body: Buffer.alloc(11) }], { calls: 1, waits: [], kind: 'too-large' }],
]

for (const [title, call, answers, expected] of cases) {
  test(title, async () => assert.deepEqual(await run(call, answers), expected))
}

test('an abort ends the waiting and is not disguised as a failure of Nextcloud', async () => {
  const { send } = scriptedSend([{ status: 503 }])
  const abort = new AbortController()
  const caller = createCaller({ send, signal: abort.signal, firstWaitMs: 3_600_000, maximumWaitMs: 3_600_000 })
  const running = caller(read)
  abort.abort(new Error('stopped by the test'))
  await assert.rejects(running, /stopped by the test/)
})

test('a failure says what was being done, and holds nothing that was sent', async () => {
  const { send } = scriptedSend([{ status: 403, body: Buffer.from('{"message":"No"}') }])
  const secret: Call = {
    doing: 'writing /a',
    method: 'PUT',
    path: '/a',
    body: 'sk-canary',
    headers: { Authorization: 'canary' },
    expected: [204],
  }
  await assert.rejects(createCaller({ send })(secret), (error) => {
    assert.ok(error instanceof NextcloudError)
    assert.match(error.message, /^writing \/a: forbidden \(403\): No$/)
    assert.doesNotMatch(JSON.stringify(error) + String(error.stack), /canary/)
    return true
  })
})

test('Retry-After is read as seconds or as a date', () => {
  assert.equal(retryAfterMs('120', 0), 120_000)
  assert.equal(retryAfterMs('Thu, 01 Jan 1970 00:00:30 GMT', 10_000), 20_000)
  assert.equal(retryAfterMs('Thu, 01 Jan 1970 00:00:30 GMT', 60_000), 0)
  assert.equal(retryAfterMs('soon', 0), null)
  assert.equal(retryAfterMs(undefined, 0), null)
})
