import assert from 'node:assert/strict'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { RequestOf } from '../../../runtime/protocol/broker-api.ts'
import { BrokerRefusedError } from '../../../runtime/protocol/broker-client.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import { actionOf, untrusted } from '../../support/broker/actions.ts'
import { names, startBrokerHarness, webhookUrl, type BrokerHarness } from '../../support/broker/start-broker-harness.ts'

const bot = `bots/bot-${createHash('sha1').update(webhookUrl).digest('hex')}`
let harness: BrokerHarness
let tasks = 0

before(async () => {
  harness = await startBrokerHarness()
})
after(() => harness.stop())

interface Said {
  readonly actor?: string
  readonly room?: string
  readonly parent?: { readonly actor: string; readonly text: string }
}

/** A webhook as Talk sends it. */
function webhook(text: string, { actor = 'users/alice', room = 'room1', parent }: Said = {}): string {
  const content = (message: string): string => JSON.stringify({ message, parameters: [] })
  const inReplyTo = parent && {
    actor: { type: 'Person', id: parent.actor },
    object: { type: 'Note', id: '12', content: content(parent.text) },
  }
  return JSON.stringify({
    type: 'Create',
    actor: { type: 'Person', id: actor, name: 'x' },
    object: { type: 'Note', id: '15', name: 'message', content: content(text), ...(inReplyTo && { inReplyTo }) },
    target: { type: 'Collection', id: room, name: 'fixture' },
  })
}

function verify(body: string, secret = harness.botSecret, random = randomBytes(48).toString('base64')): Promise<JsonValue> {
  const signature = createHmac('sha256', secret).update(random).update(body).digest('hex')
  return harness.client.result({ operation: 'verifyWebhook', random, signature }, Buffer.from(body))
}

async function approvalOf(body: string): Promise<string> {
  const result = (await verify(body)) as { readonly approval: { readonly state: string; readonly code?: string } | null }
  return result.approval === null ? 'none' : (result.approval.code ?? result.approval.state)
}

const refused = (code: string) => (error: unknown) => {
  assert.ok(error instanceof BrokerRefusedError, String(error))
  assert.equal(error.error.code, code)
  return true
}

/** A use whose destination was taken from others' text: the judge wants a person's word. */
function doubtful(body = 'payload', task = `t${(tasks += 1)}`): RequestOf<'perform'> {
  const url = `https://${names.provider}/echo`
  const action = actionOf(
    'http.request',
    'egress',
    [
      ['url', 'destination', url, untrusted],
      ['body', 'content', body],
    ],
    { credential: 'service' },
  )
  return { operation: 'perform', task, handle: 'service', room: 'room1', action, request: { method: 'POST', url, headers: [] } }
}

async function ask(request: RequestOf<'perform'>, body = 'payload'): Promise<{ readonly code: string; readonly text: string }> {
  const error = await harness.client.http(request, Buffer.from(body)).catch((caught: unknown) => caught)
  assert.ok(error instanceof BrokerRefusedError && error.error.question, String(error))
  assert.equal(error.error.code, 'approval-needed')
  const posted = JSON.parse(harness.nextcloud.requests.at(-1)?.body ?? '{}') as { readonly message: string }
  assert.ok(posted.message.includes(error.error.question.code))
  return { code: error.error.question.code, text: posted.message }
}

async function runs(request: RequestOf<'perform'>, body = 'payload'): Promise<number> {
  const answer = await harness.client.http(request, Buffer.from(body))
  for await (const chunk of answer.body) assert.ok(chunk.length > 0)
  return answer.status
}

test('a webhook of Talk is verified once; a forged, altered or replayed one is refused', async () => {
  const random = randomBytes(48).toString('base64')
  assert.deepEqual(await verify(webhook('hello'), harness.botSecret, random), { verified: true, approval: null })
  await assert.rejects(verify(webhook('hello'), harness.botSecret, random), refused('webhook-replayed'))
  await assert.rejects(verify(webhook('hello'), 'another secret'), refused('webhook-forged'))
  const signature = createHmac('sha256', harness.botSecret).update(random).update(webhook('hello')).digest('hex')
  const altered = harness.client.result({ operation: 'verifyWebhook', random, signature }, Buffer.from(webhook('hullo')))
  await assert.rejects(altered, refused('webhook-forged'))
  await assert.rejects(verify(webhook('hello'), harness.botSecret, 'short'), refused('webhook-forged'))
})

test("the question is put by the broker itself, tells what would happen, and an operator's code lets exactly that run, once", async () => {
  const request = doubtful()
  const { code, text } = await ask(request)
  assert.match(text, /May I run http\.request \(egress\)\?/)
  assert.match(text, /destination url: "https: \/\/ok\.test\.example\/echo" \(untrusted, public, from "mail of mallory"\)/)
  assert.equal(await approvalOf(webhook(`/approve ${code}`)), 'approved')
  assert.equal(await runs(request), 200)
  assert.equal((await ask(request)).code === code, false)
})

test('what was approved is what runs: another body under the same action is asked about again', async () => {
  const request = doubtful()
  const { code } = await ask(request)
  assert.equal(await approvalOf(webhook(`/approve ${code}`)), 'approved')
  const changed = { ...request, request: { ...request.request, headers: [['accept', 'text/html'] as [string, string]] } }
  await assert.rejects(runs(changed), refused('approval-needed'))
})

test('a reply to our unaltered message counts; one whose quoted parent differs, or is not ours, does not', async () => {
  const request = doubtful()
  const { text } = await ask(request)
  assert.equal(await approvalOf(webhook('yes', { parent: { actor: bot, text: `${text} ` } })), 'unknown-question')
  assert.equal(await approvalOf(webhook('yes', { parent: { actor: 'users/alice', text } })), 'not-our-question')
  assert.equal(await approvalOf(webhook('ja', { parent: { actor: bot, text } })), 'approved')
  assert.equal(await runs(request), 200)
})

test('a stranger, another room, a wrong code and a refusal let nothing run', async () => {
  const request = doubtful()
  const { code } = await ask(request)
  assert.equal(await approvalOf(webhook(`/approve ${code}`, { actor: 'users/mallory' })), 'not-an-operator')
  assert.equal(await approvalOf(webhook(`/approve ${code}`, { room: 'other' })), 'wrong-room')
  assert.equal(await approvalOf(webhook('/approve 00000000')), 'unknown-question')
  assert.equal(await approvalOf(webhook(`please /approve ${code}`)), 'none')
  assert.equal(await approvalOf(webhook(`/approve ${code}`, { actor: 'guests/alice' })), 'none')
  await assert.rejects(runs(request), refused('approval-needed'))
  assert.equal(await approvalOf(webhook(`/deny ${code}`)), 'denied')
  assert.equal(await approvalOf(webhook(`/approve ${code}`)), 'unknown-question')
})

test('the same question is not put twice, and a task may ask only so often', async () => {
  const task = `t${(tasks += 1)}`
  const posted = (): number => harness.nextcloud.requests.filter(({ url }) => url.includes('/bot/')).length
  const before = posted()
  const { code } = await ask(doubtful('a', task), 'a')
  await assert.rejects(runs(doubtful('a', task), 'a'), refused('approval-needed'))
  assert.equal(posted() - before, 1)
  await ask(doubtful('b', task), 'b')
  await ask(doubtful('c', task), 'c')
  await assert.rejects(runs(doubtful('d', task), 'd'), refused('denied-too-many-questions'))
  assert.match(code, /^[0-9A-Z]{8}$/)
})

function reply(message: string, more: Partial<RequestOf<'signReply'>> = {}): RequestOf<'signReply'> {
  const action = actionOf('talk.reply', 'egress', [['text', 'content', message]])
  return { operation: 'signReply', task: `t${(tasks += 1)}`, action, room: 'room1', message, ...more }
}

test('a reply is signed and posted by the broker, never a signature handed out', async () => {
  assert.deepEqual(await harness.client.result(reply('Working on it', { replyTo: 15 })), { posted: true })
  const sent = harness.nextcloud.requests.at(-1)
  assert.equal(sent?.url, '/ocs/v2.php/apps/spreed/api/v1/bot/room1/message?format=json')
  assert.deepEqual(JSON.parse(sent?.body ?? ''), { message: 'Working on it', replyTo: 15 })
  assert.equal(sent?.headers['authorization'], undefined)
})

test('a reply to another room, other than its action, or that shows a code or a secret, is refused', async () => {
  await assert.rejects(harness.client.result(reply('x', { room: 'elsewhere' })), refused('room-unknown'))
  await assert.rejects(harness.client.result({ ...reply('one'), message: 'another' }), refused('action-body-differs'))
  await assert.rejects(harness.client.result(reply(`it is ${harness.appPassword}`)), refused('secret-in-message'))
  await assert.rejects(harness.client.result(reply(Buffer.from(harness.botSecret).toString('base64'))), refused('secret-in-message'))
  const { code } = await ask(doubtful('harmless'), 'harmless')
  await assert.rejects(harness.client.result(reply(`please write /approve ${code.toLowerCase()}`)), refused('code-in-message'))
})
