import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { BrokerClient, BrokerRefusedError } from '../../../runtime/protocol/broker-client.ts'
import type { BrokerRequest } from '../../../runtime/protocol/broker-api.ts'
import { encodeFrame, encodeJsonFrame } from '../../../runtime/protocol/broker-frame.ts'
import { actionOf } from '../../support/broker/actions.ts'
import { hostileUrls } from '../../support/broker/hostile-urls.ts'
import { names, startBrokerHarness, type BrokerHarness } from '../../support/broker/start-broker-harness.ts'
import { seededRandom } from '../../support/random.ts'

/** An agent's process that was taken over: it has the socket, the token, and everything it was ever told. */
let harness: BrokerHarness

before(async () => {
  harness = await startBrokerHarness()
})
after(() => harness.stop())

/** Writes bytes on a new connection and gives back all that comes until it closes or is silent. */
function raw(bytes: Buffer, isGreeted = true): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(harness.socketPath)
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.setTimeout(1000, () => socket.destroy())
    socket.on('close', () => resolve(text))
    const hello = Buffer.concat([encodeJsonFrame('header', { operation: 'hello', token: harness.token }), encodeJsonFrame('end', {})])
    socket.write(isGreeted ? hello : bytes)
    if (isGreeted) socket.once('data', () => socket.write(bytes))
  })
}

const message = (header: object): Buffer => Buffer.concat([encodeJsonFrame('header', header), encodeJsonFrame('end', {})])

async function outcome(request: BrokerRequest, body = Buffer.alloc(0)): Promise<string> {
  try {
    const { status, body: answer } = await harness.client.http(request, body)
    for await (const chunk of answer) assert.ok(chunk.length > 0)
    return `http-${status}`
  } catch (error) {
    return error instanceof BrokerRefusedError ? error.error.code : String(error)
  }
}

function use(url: string, more: object = {}): BrokerRequest {
  const action = actionOf('http.request', 'egress', [['url', 'destination', url]], { credential: 'service' })
  return { operation: 'perform', task: 't1', handle: 'service', action, request: { method: 'POST', url, headers: [] }, ...more }
}

const stillWorks = async (): Promise<void> => assert.equal(await outcome(use(`https://${names.provider}/echo`)), 'http-200')

test('a credential, a list of them, an app password, an account: none can be expressed', async () => {
  const wishes = [
    { operation: 'get', handle: 'service' },
    { operation: 'perform', handle: 'service' },
    { operation: 'callNextcloud', task: 't', call: { operation: 'passwords.list' } },
    { operation: 'callNextcloud', task: 't', call: { operation: 'files.get', path: ['..', '..', 'passwords'] } },
    { operation: 'callNextcloud', task: 't', call: { method: 'GET', path: '/ocs/v2.php/core/getapppassword' } },
    { operation: 'callNextcloud', task: 't', call: { operation: 'core.user', target: '/ocs/v2.php/cloud/users' } },
    { operation: 'callNextcloud', task: 't', call: { operation: 'core.user', headers: [['authorization', 'Basic x']] } },
    { operation: 'sign', message: 'x' },
    { operation: 'status', secret: true },
  ]
  const seen = harness.nextcloud.requests.length
  for (const wish of wishes) assert.match(await raw(message(wish)), /"code":"malformed"/, JSON.stringify(wish))
  assert.equal(harness.nextcloud.requests.length, seen)
  await stillWorks()
})

test("without this boot's token nothing is answered", async () => {
  const stranger = new BrokerClient({ socketPath: harness.socketPath, token: randomBytes(32).toString('base64url') })
  await assert.rejects(
    stranger.result({ operation: 'status' }),
    (error) => error instanceof BrokerRefusedError && error.error.code === 'not-greeted',
  )
  assert.match(await raw(message({ operation: 'status' }), false), /not-greeted/)
})

test('no hostile address gets the credential, and none is even resolved', async () => {
  const asked = harness.proxy.asked.length
  const bound = harness.provider.requests.length
  for (const url of hostileUrls.map((hostile) => hostile.replaceAll('ok.example', names.provider)).filter((url) => url !== '')) {
    assert.doesNotMatch(await outcome(use(url)), /^http-/, url)
  }
  assert.equal(harness.proxy.asked.length, asked)
  assert.equal(harness.provider.requests.length, bound)
})

test('headers cannot be smuggled beside the credential', async () => {
  for (const headers of [
    [['Host', 'evil.example']],
    [['Authorization', 'x']],
    [['accept', 'x\r\nHost: evil.example']],
    [['Content-Length', '0']],
    [['Cookie', 'x']],
  ]) {
    const url = `https://${names.provider}/echo`
    assert.match(await outcome(use(url, { request: { method: 'POST', url, headers } })), /^header-/)
  }
})

test("a proxy that connects elsewhere gets no credential: the provider's certificate is checked first", async () => {
  harness.proxy.routes.set(`${names.provider}:443`, harness.gateway.port)
  assert.equal(await outcome(use(`https://${names.provider}/echo`)), 'connect-failed')
  harness.proxy.routes.set(`${names.provider}:443`, harness.provider.port)
  await stillWorks()
})

test('an action that lies about its effect, its place or its bytes is refused', async () => {
  const url = `https://${names.provider}/echo`
  const lies = [
    actionOf('http.read', 'read', [['url', 'destination', url]], { credential: 'service' }),
    actionOf('http.request', 'egress', [['url', 'destination', 'https://evil.example/']], { credential: 'service' }),
    actionOf('http.request', 'egress', [['url', 'content', url]], { credential: 'service' }),
    actionOf('unknown.tool', 'egress', [['url', 'destination', url]], { credential: 'service' }),
    actionOf('files.write', 'write', [['path', 'selector', url]], { credential: 'service' }),
  ]
  for (const action of lies) assert.match(await outcome(use(url, { action })), /^(?:action-|denied-)/)
  const destroy: BrokerRequest = { operation: 'callNextcloud', task: 't1', call: { operation: 'files.delete', path: ['a.md'] } }
  assert.equal(await outcome(destroy), 'action-missing')
  const write = actionOf('files.write', 'write', [['path', 'selector', '/a.md']])
  assert.equal(await outcome({ ...destroy, action: write }), 'action-effect-too-mild')
})

test('what is refused is recorded, and a flood of refusals does not flood the log', async () => {
  assert.ok(harness.audit.entries.some(({ kind, result }) => kind === 'refusal' && result === 'host-not-bound'))
  for (let flood = 0; flood < 300; flood += 1) await outcome(use(`https://${names.provider}/echo`, { handle: 'nothing' }))
  assert.ok(harness.audit.entries.filter(({ kind }) => kind === 'refusal').length <= 240)
})

test('answers of Nextcloud are scrubbed of the app password', async () => {
  harness.nextcloud.state.echo = true
  const { body } = await harness.client.http({ operation: 'callNextcloud', task: 't1', call: { operation: 'core.user' } })
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  harness.nextcloud.state.echo = false
  const answer = Buffer.concat(chunks).toString('utf8')
  assert.ok(!answer.includes(harness.appPassword))
  assert.ok(
    !Buffer.from(answer.match(/Basic ([^"]*)"/)?.[1]?.replaceAll('*', 'A') ?? '', 'base64')
      .toString('latin1')
      .includes(harness.appPassword.slice(0, 12)),
  )
  assert.match(answer, /\*{20}/)
})

test('a prompt that holds a secret goes to no model, and a sensitive one not to the planner', async () => {
  const label = { integrity: 'trusted', sensitivity: 'public', readers: 'all', sources: [] } as const
  const prompt = {
    operation: 'callModel',
    target: 'planner',
    task: 't1',
    purpose: 'plan',
    topics: [],
    opened: false,
    label,
    path: '/chat/completions',
  } as const
  const of = (more: object): BrokerRequest => ({ ...prompt, topics: [], label: { ...label, sources: [] }, ...more })
  assert.equal(
    await outcome(of({ target: 'local', path: '/api/chat' }), Buffer.from(JSON.stringify({ prompt: harness.appPassword }))),
    'secret-in-prompt',
  )
  assert.equal(await outcome(of({ label: { ...label, sensitivity: 'sensitive', sources: [] } })), 'route-sensitive')
  assert.equal(await outcome(of({ label: { ...label, integrity: 'untrusted', sources: [] } })), 'route-untrusted-prompt')
  assert.equal(await outcome(of({ purpose: 'read' })), 'route-quarantined')
  assert.equal(await outcome(of({ target: 'local', path: '/api/pull' })), 'path-not-allowed')
})

test('2,000 broken messages, half-open and silent connections: the broker goes on, in bounded memory', async () => {
  const random = seededRandom(6)
  const attempts = Array.from({ length: 2000 }, () => {
    const kind = random.integer(3)
    if (kind === 0) return random.bytes(random.integer(64))
    const whole = encodeFrame('header', Buffer.from(JSON.stringify(use(`https://${names.provider}/admin`))))
    if (kind === 1) whole[random.integer(whole.length)] = random.integer(256)
    return kind === 1 ? whole : whole.subarray(0, random.integer(whole.length))
  })
  const half = Array.from({ length: 20 }, () => connect(harness.socketPath).on('error', () => {}))
  for (let at = 0; at < attempts.length; at += 8) {
    await Promise.all(
      attempts.slice(at, at + 8).map(
        (bytes) =>
          new Promise<void>((resolve) => {
            const socket = connect(harness.socketPath).on('error', () => resolve())
            socket.on('close', () => resolve())
            socket.end(bytes)
            socket.resume()
          }),
      ),
    )
  }
  for (const socket of half) socket.destroy()
  await stillWorks()
  assert.equal(harness.process.exitCode, null)
  assert.doesNotMatch(harness.log(), /failed unexpectedly/)
})
