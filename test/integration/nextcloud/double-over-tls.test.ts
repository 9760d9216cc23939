import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startNextcloudDouble } from '../../../local/nextcloud-double/start.ts'
import { installBot } from '../../../local/nextcloud-double/talk/bots.ts'
import { membershipWebhook } from '../../../local/nextcloud-double/talk/bot-webhooks.ts'
import { testCertificates } from '../../support/broker/test-certificates.ts'
import { recordedBotSecret } from '../../support/nextcloud/recordings.ts'

const directory = mkdtempSync(join(tmpdir(), 'nextcloud-double-'))
after(() => rmSync(directory, { recursive: true, force: true }))

function get(url: string, ca: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('the double speaks TLS, and delivers webhooks to the authority it was given and to no other', async () => {
  const [own, bots, stranger] = await Promise.all(['own', 'bots', 'stranger'].map((name) => testCertificates(name, ['localhost'])))
  assert.ok(own && bots && stranger)
  const botLeaf = await bots.leaf('localhost')
  let received = 0
  const receiver = createServer({ cert: botLeaf.certificate, key: botLeaf.privateKey }, (incoming, response) => {
    incoming.resume()
    received += 1
    response.writeHead(200).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(receiver.address() as AddressInfo).port}/webhook`
  const room = { id: 1, token: 'room1234', type: 2, name: 'Room', description: '', readOnly: 0, lastActivity: 0 }
  const tls = await own.leaf('localhost')
  for (const [webhookAuthority, expected] of [
    [stranger.authority, 0],
    [bots.authority, 1],
  ] as const) {
    const administrator = { username: 'admin', password: 'canary-admin' }
    const double = await startNextcloudDouble({ directory: join(directory, 'state'), administrator, tls, webhookAuthority })
    const status = `https://localhost:${double.port}/status.php`
    assert.equal(await get(status, own.authority), 200)
    await assert.rejects(get(status, stranger.authority), /certificate/)
    const bot = installBot(double.world, { name: 'Aria', url, secret: recordedBotSecret, description: '' })
    double.deliver([membershipWebhook('Join', bot, room)])
    await double.webhooksSettled()
    assert.equal(received, expected)
    await double.stop()
  }
  await new Promise((resolve) => receiver.close(resolve))
})
