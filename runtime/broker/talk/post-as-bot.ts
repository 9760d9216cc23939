import { randomBytes } from 'node:crypto'
import { refuse } from '../refusal.ts'
import { requestBuffered } from '../http/request-buffered.ts'
import type { HttpLimits } from '../http/http-limits.ts'
import type { TlsPeer } from '../http/open-tls.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import { talkSignature } from './webhook-signature.ts'

export interface BotPorts {
  readonly peer: TlsPeer
  readonly store: SecretStore
  readonly limits: HttpLimits
}

export interface BotMessage {
  readonly room: string
  readonly message: string
  readonly replyTo?: number | undefined
  readonly silent?: boolean | undefined
  readonly referenceId?: string | undefined
}

/**
 * Posts a message as the bot, signed with its secret: no user's credential is involved. Resolves with the status, 201. Throws `Refusal`
 * `bot-refused` when Talk no longer accepts the bot in that room.
 */
export async function postAsBot({ peer, store, limits }: BotPorts, message: BotMessage, signal: AbortSignal): Promise<number> {
  const { room, ...fields } = message
  const random = randomBytes(32).toString('hex')
  const signature = store.withBotSecret((secret) => talkSignature(secret, random, Buffer.from(message.message)))
  const headers = {
    'OCS-APIRequest': 'true',
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'X-Nextcloud-Talk-Bot-Random': random,
    'X-Nextcloud-Talk-Bot-Signature': signature,
  }
  const answer = await requestBuffered({
    peer,
    method: 'POST',
    target: `/ocs/v2.php/apps/spreed/api/v1/bot/${encodeURIComponent(room)}/message?format=json`,
    fields: Object.entries(headers).map(([name, value]) => ({ name, value })),
    body: Buffer.from(JSON.stringify(fields)),
    limits,
    signal,
  })
  if (answer.status === 201) return answer.status
  throw refuse('bot-refused', `posting in room ${room} as the bot: Talk answered ${answer.status}`)
}
