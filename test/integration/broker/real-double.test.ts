import assert from 'node:assert/strict'
import { request as httpsRequest } from 'node:https'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createAccount } from '../../../local/nextcloud-double/core/accounts.ts'
import { startNextcloudDouble, type NextcloudDouble } from '../../../local/nextcloud-double/start.ts'
import type { CertificatePair } from '../../../operator/certificates/key-pair.ts'
import type { RequestOf } from '../../../runtime/protocol/broker-api.ts'
import { BrokerRefusedError } from '../../../runtime/protocol/broker-client.ts'
import { nextcloudCallFor } from '../../../runtime/protocol/broker-nextcloud-match.ts'
import { actionOf } from '../../support/broker/actions.ts'
import { names, startBrokerHarness, type BrokerHarness } from '../../support/broker/start-broker-harness.ts'

/** The whole way against the double that keeps the recorded contract, cron's delay included. */
const accounts = { admin: 'canary-admin-password', alice: 'canary-alice-password', aria: 'canary-aria-password' }
const passwordsApi = '/index.php/apps/passwords/api/1.0'
const exitAccountDisabled = 82

let directory = ''
let double: NextcloudDouble
let harness: BrokerHarness
let shareId = ''

type Account = keyof typeof accounts

function ask(account: Account, method: string, path: string, body?: object): Promise<{ readonly status: number; readonly json: unknown }> {
  const options = { host: '127.0.0.1', port: double.port, method, path, rejectUnauthorized: false, auth: `${account}:${accounts[account]}` }
  const sentBody = body === undefined ? '' : JSON.stringify(body)
  const headers = {
    'content-length': Buffer.byteLength(sentBody),
    'OCS-APIRequest': 'true',
    'content-type': 'application/json',
    accept: 'application/json',
  }
  return new Promise((resolve, reject) => {
    const sent = httpsRequest({ ...options, headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8')
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(text === '' ? 'null' : text) as unknown }))
    })
    sent.on('error', reject)
    sent.end(sentBody)
  })
}

const idOf = ({ json }: { readonly json: unknown }): string => (json as { readonly id: string }).id

/** Alice owns a credential and shares it with the agent; after cron the agent has a copy with an id of its own. */
async function startDouble(leaf: CertificatePair): Promise<{ port: number; entry: string; owner: string }> {
  directory = mkdtempSync(join(tmpdir(), 'moltagent-broker-double-'))
  const administrator = { username: 'admin', password: accounts.admin }
  double = await startNextcloudDouble({ directory, tls: leaf, administrator })
  double.world.store.transaction(() => {
    createAccount(double.world, { id: 'alice', password: accounts.alice })
    createAccount(double.world, { id: 'aria', password: accounts.aria })
  })
  const fields = {
    label: 'provider',
    username: 'api',
    password: 'sk-canary-of-alice-0001',
    url: `https://${names.provider}`,
    hash: 'e67580611c56e5c880e2e09b02cadebe9daf8c74',
  }
  const password = idOf(await ask('alice', 'POST', `${passwordsApi}/password/create`, fields))
  shareId = idOf(
    await ask('alice', 'POST', `${passwordsApi}/share/create`, {
      password,
      receiver: 'aria',
      type: 'user',
      editable: false,
      shareable: false,
    }),
  )
  double.runCron()
  const { json } = await ask('aria', 'POST', `${passwordsApi}/password/list`, { details: 'id' })
  const [entry] = json as readonly { readonly id: string }[]
  return { port: double.port, entry: entry?.id ?? '', owner: 'alice' }
}

before(async () => {
  harness = await startBrokerHarness({ startNextcloud: startDouble, appPassword: accounts.aria, isAuditReal: true })
})
after(async () => {
  await harness.stop()
  await double.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function text(answer: Promise<{ readonly status: number; readonly body: AsyncIterable<Buffer> }>): Promise<string> {
  const { status, body } = await answer
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return `${status} ${Buffer.concat(chunks).toString('utf8')}`
}

function use(): Promise<string> {
  const url = `https://${names.provider}/echo`
  const action = actionOf('http.request', 'egress', [['url', 'destination', url]], { credential: 'service' })
  return text(
    harness.client.http({ operation: 'perform', task: 't1', handle: 'service', action, request: { method: 'POST', url, headers: [] } }),
  )
}

function call(method: string, target: string, more: Partial<RequestOf<'callNextcloud'>> = {}, body = ''): Promise<string> {
  const written = nextcloudCallFor(
    {
      method,
      target,
      headers: [
        ['Depth', '1'],
        ['Content-Type', 'text/plain'],
      ],
    },
    'aria',
  )
  assert.ok(written)
  return text(harness.client.http({ operation: 'callNextcloud', task: 't1', call: written, ...more }, Buffer.from(body)))
}

const refused = (code: string) => (error: unknown) => {
  assert.ok(error instanceof BrokerRefusedError, String(error))
  assert.equal(error.error.code, code)
  return true
}

test("a person's shared credential is used", async () => {
  assert.match(await use(), /^200 .*Bearer \*{23}/s)
})

test("files are read and written as the agent's account; a write needs its action", async () => {
  const target = '/remote.php/dav/files/aria/notes.md'
  await assert.rejects(call('PUT', target, {}, 'hello'), refused('action-missing'))
  const action = actionOf('files.write', 'write', [
    ['path', 'selector', '/notes.md'],
    ['content', 'content', 'hello'],
  ])
  assert.match(await call('PUT', target, { action }, 'hello'), /^201/)
  assert.equal(await call('GET', target), '200 hello')
  assert.match(await call('PROPFIND', '/remote.php/dav/files/aria/'), /^207 .*notes\.md/s)
})

test('an entry that its owner unshared fails at the next use, long before cron takes the copy away', async () => {
  assert.equal((await ask('alice', 'DELETE', `${passwordsApi}/share/delete`, { id: shareId })).status, 200)
  await assert.rejects(use(), refused('entry-gone'))
  await assert.rejects(use(), refused('credential-revoked'))
})

test('an account that an administrator disabled ends the broker at the next call', async () => {
  assert.equal((await ask('admin', 'PUT', '/ocs/v2.php/cloud/users/aria/disable?format=json')).status, 200)
  assert.match(await call('GET', '/ocs/v2.php/cloud/user?format=json').catch(String), /401|closed/)
  assert.equal(await harness.exit, exitAccountDisabled)
})
