import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { RequestOf } from '../../../runtime/protocol/broker-api.ts'
import { BrokerRefusedError } from '../../../runtime/protocol/broker-client.ts'
import { actionOf } from '../../support/broker/actions.ts'
import { entryId, names, startBrokerHarness, type BrokerHarness, type HarnessOptions } from '../../support/broker/start-broker-harness.ts'

const exitCodes = { revoked: 81, accountDisabled: 82, sessionLapsed: 83, enrolmentRefused: 85 }
const running: BrokerHarness[] = []

async function start(options: HarnessOptions = {}): Promise<BrokerHarness> {
  const harness = await startBrokerHarness(options)
  running.push(harness)
  return harness
}
afterEach(async () => {
  for (const harness of running.splice(0)) await harness.stop()
})

const url = (path: string): string => `https://${names.provider}${path}`

function request(path: string): RequestOf<'perform'> {
  const action = actionOf('http.request', 'egress', [['url', 'destination', url(path)]], { credential: 'service' })
  return { operation: 'perform', task: 't1', handle: 'service', action, request: { method: 'POST', url: url(path), headers: [] } }
}

async function use(harness: BrokerHarness, path = '/echo'): Promise<string> {
  const answer = await harness.client.http(request(path))
  let text = ''
  for await (const chunk of answer.body) text += chunk.toString('utf8')
  return text
}

const refused = (code: string) => (error: unknown) => {
  assert.ok(error instanceof BrokerRefusedError, String(error))
  assert.equal(error.error.code, code)
  return true
}

/** A stream that the provider never ends; resolves once its first bytes are there. */
async function heldStream(harness: BrokerHarness): Promise<{ readonly end: Promise<string> }> {
  const answer = await harness.client.http(request('/hold'))
  const first = await answer.body.next()
  assert.equal(first.value?.toString(), 'data: 1\n\n')
  const end = answer.body.next().then(
    () => 'more bytes',
    (error: unknown) => (error instanceof BrokerRefusedError ? error.error.code : 'broken'),
  )
  return { end }
}

const kinds = (harness: BrokerHarness): readonly string[] => harness.audit.entries.map(({ kind, result }) => `${kind} ${result ?? ''}`)

test('an unshared entry fails at the next use, is not used again, and is told to the gateway', async () => {
  const harness = await start()
  await use(harness)
  const entry = harness.nextcloud.entries.get(entryId)
  assert.ok(entry)
  harness.nextcloud.entries.delete(entryId)
  const sent = harness.provider.requests.length
  await assert.rejects(use(harness), refused('entry-gone'))
  assert.equal(harness.provider.requests.length, sent)
  harness.nextcloud.entries.set(entryId, entry)
  await assert.rejects(use(harness), refused('credential-revoked'))
  for (let tries = 0; tries < 100 && harness.gateway.revokedEntries.size === 0; tries += 1) await wait(20)
  assert.deepEqual([...harness.gateway.revokedEntries], ['service'])
  assert.ok(kinds(harness).includes('revocation entry-gone'))
})

test('an entry whose owner, receiver, state, encryption or address differs is not used', async () => {
  const harness = await start()
  const entry = harness.nextcloud.entries.get(entryId)
  assert.ok(entry)
  const cases = [
    [{ owner: 'mallory' }, 'entry-owner-differs'],
    [{ receiver: 'mallory' }, 'entry-receiver-differs'],
    [{ trashed: true }, 'entry-trashed'],
    [{ cseType: 'CSEv1r1' }, 'entry-encrypted-by-client'],
    [{ url: 'https://evil.example' }, 'entry-url-differs'],
    [{ password: 'with a space' }, 'credential-malformed'],
    [{ password: 'sk-canary\r\nX-Injected: 1' }, 'credential-malformed'],
    [{ password: 'short' }, 'credential-malformed'],
  ] as const
  for (const [change, code] of cases) {
    harness.nextcloud.entries.set(entryId, { ...entry, ...change })
    await assert.rejects(use(harness), refused(code))
  }
  assert.equal(harness.provider.requests.length, 0)
})

test('a handle that the gateway no longer names is refused', async () => {
  const harness = await start({ environment: { MOLTAGENT_RENEW_MS: '50' } })
  await use(harness)
  harness.gateway.state.handles = []
  let last = ''
  for (let tries = 0; tries < 100 && last !== 'credential-revoked'; tries += 1) {
    last = await use(harness).then(
      () => 'used',
      (error: unknown) => (error instanceof BrokerRefusedError ? error.error.code : 'broken'),
    )
    await wait(20)
  }
  assert.equal(last, 'credential-revoked')
})

test('uses are capped', async () => {
  const harness = await start({ binding: { maxPerHour: 2 } })
  await use(harness)
  await use(harness)
  await assert.rejects(use(harness), refused('credential-cap'))
})

test('a disabled account: the next call is refused, a held stream is cut, everything is forgotten', async () => {
  const harness = await start({ environment: { MOLTAGENT_ACCOUNT_CHECK_MS: '600000' } })
  const stream = await heldStream(harness)
  harness.nextcloud.state.isDisabled = true
  await assert.rejects(use(harness))
  assert.equal(await harness.exit, exitCodes.accountDisabled)
  assert.notEqual(await stream.end, 'more bytes')
  assert.equal(harness.provider.connections(), 0)
  assert.ok(kinds(harness).includes('revocation account-disabled'))
})

test('a disabled account is noticed while a stream is held and nothing else is asked', async () => {
  const harness = await start({ environment: { MOLTAGENT_ACCOUNT_CHECK_MS: '100' } })
  const stream = await heldStream(harness)
  harness.nextcloud.state.isDisabled = true
  assert.equal(await harness.exit, exitCodes.accountDisabled)
  assert.notEqual(await stream.end, 'more bytes')
})

test('503 with DisabledUserException from WebDAV is a revocation, 503 without is not', async () => {
  const harness = await start()
  harness.nextcloud.state.isDisabled = true
  const call: RequestOf<'callNextcloud'> = { operation: 'callNextcloud', task: 't1', call: { operation: 'files.get', path: ['notes.md'] } }
  const answer = await harness.client.http(call)
  assert.equal(answer.status, 503)
  assert.equal(await harness.exit, exitCodes.accountDisabled)
})

test("the gateway's word ends everything", async () => {
  const harness = await start({ environment: { MOLTAGENT_RENEW_MS: '50' } })
  const stream = await heldStream(harness)
  harness.gateway.state.isRevoked = true
  assert.equal(await harness.exit, exitCodes.revoked)
  assert.notEqual(await stream.end, 'more bytes')
  assert.ok(kinds(harness).includes('revocation revoked'))
})

test("without renewal for the session's life everything is forgotten", async () => {
  const harness = await start({ environment: { MOLTAGENT_RENEW_MS: '50', MOLTAGENT_SESSION_MS: '700' } })
  const stream = await heldStream(harness)
  harness.gateway.state.isDown = true
  assert.equal(await harness.exit, exitCodes.sessionLapsed)
  assert.notEqual(await stream.end, 'more bytes')
})

test('a short silence of the gateway ends nothing', async () => {
  const harness = await start({ environment: { MOLTAGENT_RENEW_MS: '50', MOLTAGENT_SESSION_MS: '20000' } })
  harness.gateway.state.isDown = true
  await wait(300)
  harness.gateway.state.isDown = false
  assert.match(await use(harness), /\*{8}/)
})

test('a machine that is let in later waits for it', async () => {
  const harness = await start({ notYet: 3 })
  assert.match(await use(harness), /\*{8}/)
})

test('the gateway hears how the agent is', async () => {
  const harness = await start({ environment: { MOLTAGENT_REPORT_MS: '50' } })
  for (let tries = 0; tries < 100 && harness.gateway.reports.length < 2; tries += 1) await wait(50)
  const report = harness.gateway.reports.at(-1)
  assert.equal(report?.approvalsPending, 0)
  assert.deepEqual(report?.model, { name: 'gemma3:270m', state: 'failed' })
})
