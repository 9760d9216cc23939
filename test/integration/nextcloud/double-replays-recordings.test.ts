import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { productName } from '../../../local/nextcloud-double/identity.ts'
import { Likeness } from '../../support/nextcloud/likeness.ts'
import { credentials, startRecordedWorld } from '../../support/nextcloud/recorded-world.ts'
import {
  recordedBotSecret,
  recordedWebhooks,
  recording,
  type RecordedExchange,
  type RecordingName,
} from '../../support/nextcloud/recordings.ts'
import { basic, replay } from '../../support/nextcloud/replay.ts'
import { startWebhookReceiver } from '../../support/nextcloud/webhook-receiver.ts'

/** Before these exchanges the real Nextcloud ran its background job. */
const afterCron = new Set(['agent lists ids after cron'])

const usesAppPassword = new Set(['app password works', 'delete own app password', 'deleted app password'])

describe('the double answers every recorded request as the real Nextcloud did', () => {
  const likeness = new Likeness()
  let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>
  let world: Awaited<ReturnType<typeof startRecordedWorld>>

  before(async () => {
    receiver = await startWebhookReceiver()
    world = await startRecordedWorld(receiver.url)
    likeness.bind('"productname":"Nextcloud"', `"productname":${JSON.stringify(productName)}`)
  })
  after(async () => {
    await world.end()
    await receiver.stop()
  })

  const authorizationOf = (exchange: RecordedExchange): string => {
    if (exchange.name === 'wrong password') return basic('moltagent2', 'canary-wrong')
    if (usesAppPassword.has(exchange.name)) {
      return basic('moltagent2', likeness.translate('Bh6hOgsVKNk7wXoXuq8VUSGoNXJlwOy3lkhOXUw8K4yHBt2lk90A46jLf4tOGkaBraDi7T4X'))
    }
    return credentials[exchange.as]
  }

  // The one deliberate difference: a double says that it is a double.
  const withDoublesName = (exchange: RecordedExchange): RecordedExchange =>
    exchange.name === 'status'
      ? { ...exchange, response: { ...exchange.response, body: likeness.translate(exchange.response.body) } }
      : exchange

  const names: readonly RecordingName[] = ['core', 'talk', 'passwords', 'files', 'calendar', 'deck', 'revocation']
  for (const name of names) {
    for (const exchange of recording(name)) {
      test(`${name}: ${exchange.name}`, async () => {
        if (afterCron.has(exchange.name)) world.runCron()
        assert.deepEqual(await replay(world.origin, withDoublesName(exchange), likeness, authorizationOf(exchange)), [])
      })
    }
  }

  test('the webhooks that its bot got are the recorded ones, with good signatures', async () => {
    await world.webhooksSettled()
    const expected = recordedWebhooks()
    const got = receiver.received.slice(0, expected.length)
    assert.equal(got.length, expected.length)
    for (const [index, webhook] of expected.entries()) {
      const actual = got[index]!
      assert.equal(actual.body, likeness.translate(webhook.body))
      const volatile = new Set(['host', 'x-nextcloud-talk-random', 'x-nextcloud-talk-signature', 'x-nextcloud-talk-backend'])
      for (const [header, value] of Object.entries(webhook.headers)) {
        if (header === 'content-length') assert.equal(actual.headers[header], String(Buffer.byteLength(actual.body)))
        else if (!volatile.has(header)) assert.equal(actual.headers[header], value, header)
      }
      const random = actual.headers['x-nextcloud-talk-random']!
      assert.match(random, /^[A-Za-z0-9+/]{64}$/)
      const signature = createHmac('sha256', recordedBotSecret).update(random).update(actual.body).digest('hex')
      assert.equal(actual.headers['x-nextcloud-talk-signature'], signature)
    }
  })
})
