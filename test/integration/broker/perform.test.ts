import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RequestOf } from '../../../runtime/protocol/broker-api.ts'
import { BrokerRefusedError } from '../../../runtime/protocol/broker-client.ts'
import { actionOf } from '../../support/broker/actions.ts'
import { names, startBrokerHarness, type BrokerHarness } from '../../support/broker/start-broker-harness.ts'

const secret = 'sk-canary-0123456789abcdef'
let harness: BrokerHarness

before(async () => {
  harness = await startBrokerHarness({ secret })
})
after(() => harness.stop())

function request(path: string, body = '', more: Partial<RequestOf<'perform'>> = {}): RequestOf<'perform'> {
  const url = `https://${names.provider}${path}`
  const args = [['url', 'destination', url] as const, ...(body === '' ? [] : [['body', 'content', body] as const])]
  const action = actionOf('http.request', 'egress', args, { credential: 'service' })
  return { operation: 'perform', task: 't1', handle: 'service', action, request: { method: 'POST', url, headers: [] }, ...more }
}

async function text(path: string, body = ''): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  const answer = await harness.client.http(request(path, body), Buffer.from(body))
  const chunks: Buffer[] = []
  for await (const chunk of answer.body) chunks.push(chunk)
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.concat(chunks).toString('utf8') }
}

const refused = (code: string) => (error: unknown) => {
  assert.ok(error instanceof BrokerRefusedError, String(error))
  assert.equal(error.error.code, code)
  return true
}

test('a credential reaches the provider and never the agent', async () => {
  const answer = await text('/echo', 'hello')
  assert.equal(answer.status, 200)
  assert.match(harness.provider.requests.at(-1)?.head ?? '', new RegExp(`Authorization: Bearer ${secret}\r`))
  assert.match(answer.body, /Authorization: Bearer \*{26}\r\n\r\nhello$/)
  assert.deepEqual(answer.headers, { 'content-type': 'text/plain' })
})

test('server-sent events come through as they are', async () => {
  const answer = await text('/stream')
  assert.match(answer.body, /data: {"choices":\[{"delta":{"content":"Hel"}}\]}\n\n/)
  assert.match(answer.body, /data: \[DONE\]\n\n$/)
  assert.ok(!answer.body.includes(secret))
})

test('a redirect is an answer: nothing goes to where it points', async () => {
  const before = harness.proxy.asked.length
  const answer = await text('/redirect')
  assert.equal(answer.status, 302)
  assert.deepEqual(harness.proxy.asked.slice(before), [`${names.provider}:443`])
})

test('an intent is in the log before the provider sees anything, its outcome after, and no content in either', async () => {
  await text('/echo', 'content that must not be logged')
  const outcome = harness.audit.entries.at(-1)
  const intent = harness.audit.entries[outcome?.intent ?? -1]
  assert.equal(intent?.kind, 'intent')
  assert.equal(intent?.credential, 'service')
  assert.equal(intent?.decision, 'allow')
  assert.match(intent?.action ?? '', /^[0-9a-f]{64}$/)
  assert.equal(outcome?.result, 'http-200')
  assert.ok(!JSON.stringify(harness.audit.entries).includes('must not be logged'))
  assert.ok(!JSON.stringify(harness.audit.entries).includes(secret))
})

test('without the log nothing goes out', async () => {
  harness.audit.state.isFull = true
  const seen = harness.provider.requests.length
  await assert.rejects(text('/echo'), refused('audit-unavailable'))
  assert.equal(harness.provider.requests.length, seen)
  harness.audit.state.isFull = false
  assert.equal((await text('/echo')).status, 200)
})

test('what the action does not say is not sent', async () => {
  const other = request('/echo', 'one thing')
  await assert.rejects(harness.client.http(other, Buffer.from('another')), refused('action-body-differs'))
  const elsewhere = { ...request('/echo'), request: { method: 'POST', url: `https://${names.provider}/stream`, headers: [] } }
  await assert.rejects(
    harness.client.http({
      ...elsewhere,
      action: actionOf('http.request', 'egress', [['url', 'destination', 'https://other.example/x']], { credential: 'service' }),
    }),
    refused('action-place-differs'),
  )
  const mild = actionOf('http.read', 'read', [['url', 'destination', `https://${names.provider}/echo`]], { credential: 'service' })
  await assert.rejects(harness.client.http(request('/echo', '', { action: mild })), refused('action-effect-too-mild'))
  const unnamed = actionOf('http.request', 'egress', [['url', 'destination', `https://${names.provider}/echo`]])
  await assert.rejects(harness.client.http(request('/echo', '', { action: unnamed })), refused('action-credential-differs'))
})

test('an unknown handle, an unbound path and a foreign host are refused before anything is fetched', async () => {
  const shown = harness.nextcloud.requests.length
  await assert.rejects(harness.client.http(request('/echo', '', { handle: 'other' })), refused('credential-unknown'))
  await assert.rejects(harness.client.http(request('/admin')), refused('path-not-bound'))
  const foreign = { ...request('/echo'), request: { method: 'POST', url: 'https://evil.example/echo', headers: [] } }
  await assert.rejects(harness.client.http(foreign), refused('host-not-bound'))
  assert.equal(harness.nextcloud.requests.length, shown)
})
