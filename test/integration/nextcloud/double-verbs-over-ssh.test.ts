import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import ssh2 from 'ssh2'
import { verbSchemas, type Verb, type VerbRequestInput, type VerbResponse } from '../../../operator/provision/verbs.ts'
import { startSshServer } from '../../../local/nextcloud-double/ssh-server.ts'
import { startNextcloudDouble, type NextcloudDouble } from '../../../local/nextcloud-double/start.ts'
import { basic, sendRaw } from '../../support/nextcloud/replay.ts'
import { newSshKey } from '../../support/nextcloud/ssh-key.ts'

const hostKey = newSshKey()
const clientKey = newSshKey()
const strangerKey = newSshKey()
const password = 'canary-agent-password'
const botUrl = 'http://127.0.0.1:1/webhook'
const ocs = { 'OCS-APIRequest': 'true', Accept: 'application/json' }

interface Ran {
  readonly code: number
  readonly output: string
}

function connect(port: number, privateKey: string): Promise<ssh2.Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    client.on('ready', () => resolve(client)).on('error', reject)
    client.connect({ host: '127.0.0.1', port, username: 'nextcloud', privateKey })
  })
}

async function run(port: number, command: string, input: string): Promise<Ran> {
  const client = await connect(port, clientKey.private)
  try {
    return await new Promise((resolve, reject) => {
      client.exec(command, (error, channel) => {
        if (error) {
          reject(error)
          return
        }
        let output = ''
        let code = -1
        channel.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
        channel.on('exit', (value: number) => (code = value))
        channel.on('close', () => resolve({ code, output }))
        channel.end(input)
      })
    })
  } finally {
    client.end()
  }
}

describe("the operator's verbs over SSH", () => {
  const directory = mkdtempSync(join(tmpdir(), 'nextcloud-double-'))
  let double: NextcloudDouble
  let ssh: Awaited<ReturnType<typeof startSshServer>>

  before(async () => {
    double = await startNextcloudDouble({ directory, administrator: { username: 'admin', password: 'canary-admin' } })
    ssh = await startSshServer({ directory, hostKey: hostKey.private, authorizedKey: clientKey.public })
  })
  after(async () => {
    await ssh.stop()
    await double.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  async function verb<Name extends Verb>(name: Name, request: VerbRequestInput<Name>): Promise<VerbResponse<Name>> {
    const { code, output } = await run(ssh.port, name, JSON.stringify(request))
    assert.equal(code, 0, output)
    return verbSchemas[name].response.parse(JSON.parse(output)) as VerbResponse<Name>
  }

  const whoAmI = async (): Promise<number> =>
    (
      await sendRaw(double.origin, {
        method: 'GET',
        path: '/ocs/v2.php/cloud/user',
        headers: { ...ocs, authorization: basic('aria', password) },
      })
    ).status

  test('an account is made once, its bot is installed, and all of it is taken away again', async () => {
    const first = await verb('provision', { accounts: [{ id: 'aria', password, displayName: 'Aria' }] })
    assert.deepEqual(first.accounts, [{ id: 'aria', created: true, enabled: true }])
    assert.equal(await whoAmI(), 200)
    const minted = await sendRaw(double.origin, {
      method: 'GET',
      path: '/ocs/v2.php/core/getapppassword',
      headers: { ...ocs, authorization: basic('aria', password) },
    })
    assert.equal(minted.status, 200)
    await verb('bot', { action: 'install', url: botUrl, name: 'Aria', secret: 'canary-bot-secret-'.repeat(3) })
    const before = await verb('status', { account: 'aria', botUrl })
    assert.deepEqual(before.account, { exists: true, enabled: true, tokens: 1 })
    assert.equal(before.bot?.state, 'enabled')
    assert.equal(before.double, true)

    await verb('disable-account', { account: 'aria' })
    assert.equal((await verb('end-tokens', { account: 'aria' })).ended, 1)
    await verb('bot', { action: 'uninstall', url: botUrl })
    assert.equal(await whoAmI(), 401)
    const revoked = await verb('status', { account: 'aria', botUrl })
    assert.deepEqual([revoked.account, revoked.bot], [{ exists: true, enabled: false, tokens: 0 }, null])

    const again = await verb('provision', { accounts: [{ id: 'aria', password, whenItExists: 'set-password' }] })
    assert.deepEqual(again.accounts, [{ id: 'aria', created: false, enabled: false }], 'provisioning must not enable a disabled account')
    await verb('enable-account', { account: 'aria' })
    assert.equal(await whoAmI(), 200)
  })

  test('status follows an entry from shared to unshared to gone, and cron runs the background job', async () => {
    await verb('provision', {
      accounts: [
        { id: 'vault', password },
        { id: 'receiver', password },
      ],
    })
    const call = async (method: string, path: string, body: unknown): Promise<Record<string, string>> => {
      const headers = { authorization: basic('vault', password), 'content-type': 'application/json' }
      const answer = await sendRaw(double.origin, {
        method,
        path: `/index.php/apps/passwords/api/1.0/${path}`,
        headers,
        body: JSON.stringify(body),
      })
      return JSON.parse(answer.body)
    }
    const { id = '' } = await call('POST', 'password/create', { label: 'key', password: 'sk-canary-1' })
    const state = async (): Promise<string | undefined> =>
      (await verb('status', { account: 'receiver', entries: [{ id, owner: 'vault' }] })).entries[0]?.state
    assert.equal(await state(), 'unshared')
    const share = await call('POST', 'share/create', {
      password: id,
      receiver: 'receiver',
      type: 'user',
      editable: false,
      shareable: false,
    })
    assert.equal(await state(), 'pending')
    await verb('cron', {})
    assert.equal(await state(), 'shared')
    await call('DELETE', 'share/delete', { id: share['id'] })
    assert.equal(await state(), 'unshared')
    await call('DELETE', 'password/delete', { id })
    assert.equal(await state(), 'trashed')
    await call('DELETE', 'password/delete', { id })
    assert.equal(await state(), 'gone')
  })

  test('a shell command is refused with a sentence', async () => {
    const ran = await run(ssh.port, 'status; cat /etc/passwd', '{}')
    assert.equal(ran.code, 1)
    assert.equal(JSON.parse(ran.output).error.code, 'unknown-verb')
  })

  test('a request of more than 64 KiB is refused', async () => {
    const ran = await run(ssh.port, 'status', JSON.stringify({ account: 'a'.repeat(70_000) }))
    assert.equal(ran.code, 1)
    assert.match(ran.output, /longer than 65536 bytes/)
  })

  test('another key, a shell and forwarding are refused', async () => {
    await assert.rejects(connect(ssh.port, strangerKey.private), /authentication methods failed/i)
    const client = await connect(ssh.port, clientKey.private)
    await assert.rejects(new Promise((resolve, reject) => client.shell((error, channel) => (error ? reject(error) : resolve(channel)))))
    await assert.rejects(
      new Promise((resolve, reject) =>
        client.forwardOut('127.0.0.1', 1, '127.0.0.1', double.port, (error, channel) => (error ? reject(error) : resolve(channel))),
      ),
    )
    client.end()
  })
})
