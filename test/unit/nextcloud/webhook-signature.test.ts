import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedWebhook } from '../../../local/nextcloud-double/webhook.ts'
import type { Bot } from '../../../local/nextcloud-double/records.ts'
import { recordedBotSecret, recordedWebhooks } from '../../support/nextcloud/recordings.ts'

const bot: Bot = {
  id: 1,
  name: 'Moltagent',
  url: 'http://127.0.0.1:3000/webhook/nctalk',
  urlHash: '868c9ed11a9814853d5d2e2fc23abd69b817808c',
  description: '',
  secret: recordedBotSecret,
  errorCount: 0,
  lastErrorDate: 0,
  lastErrorMessage: null,
  state: 1,
  features: 3,
}

for (const [index, webhook] of recordedWebhooks().entries()) {
  test(`the double writes and signs recorded webhook ${index + 1} byte for byte`, () => {
    const random = webhook.headers['x-nextcloud-talk-random'] ?? ''
    const signed = signedWebhook({ bot, payload: JSON.parse(webhook.body) }, random, 'http://localhost/')
    assert.equal(signed.body, webhook.body)
    const { host: _host, 'accept-encoding': _encoding, 'content-length': _length, ...expected } = webhook.headers
    assert.deepEqual(signed.headers, expected)
  })
}
