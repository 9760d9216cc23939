import * as z from 'zod'
import type { Caller } from './caller.ts'
import { callOcs, ocsRequest, pathPart } from './ocs.ts'

const adminBotSchema = z.object({
  id: z.int(),
  name: z.string(),
  url: z.string(),
  url_hash: z.string(),
  description: z.string(),
  error_count: z.int(),
  last_error_date: z.int(),
  last_error_message: z.string().nullable(),
  state: z.int(),
  features: z.int(),
})
const roomBotSchema = z.object({ id: z.int(), name: z.string(), state: z.int() })

export type AdminBot = Readonly<z.output<typeof adminBotSchema>>
export type RoomBot = Readonly<z.output<typeof roomBotSchema>>

/** A signature made by whoever holds the bot's secret: the broker. Both hexadecimal. */
export interface BotSignature {
  readonly random: string
  readonly signature: string
}

export interface BotMessage {
  readonly message: string
  readonly replyTo?: number
  readonly referenceId?: string
  readonly silent?: boolean
}

export interface Bots {
  /** For administrators. */
  readonly installed: () => Promise<readonly AdminBot[]>
  /** For moderators of the room. */
  readonly inRoom: (token: string) => Promise<readonly RoomBot[]>
  readonly enable: (token: string, botId: number) => Promise<RoomBot>
  readonly disable: (token: string, botId: number) => Promise<RoomBot>
  /** `signature` is over `random + message.message`; no account is needed. */
  readonly send: (token: string, message: BotMessage, signature: BotSignature) => Promise<void>
  /** `signature` is over `random + reaction`. */
  readonly react: (token: string, messageId: number, reaction: string, signature: BotSignature) => Promise<void>
}

function signed({ random, signature }: BotSignature): Readonly<Record<string, string>> {
  return { 'X-Nextcloud-Talk-Bot-Random': random, 'X-Nextcloud-Talk-Bot-Signature': signature }
}

export function createBots(caller: Caller): Bots {
  const base = '/apps/spreed/api/v1/bot'
  const inRoom = (token: string, botId: number): string => `${base}/${pathPart(token)}/${pathPart(botId)}`
  return {
    installed: () => callOcs(caller, { doing: 'listing bots', method: 'GET', path: `${base}/admin` }, z.array(adminBotSchema)),
    inRoom: (token) =>
      callOcs(
        caller,
        { doing: `listing the bots of room ${token}`, method: 'GET', path: `${base}/${pathPart(token)}` },
        z.array(roomBotSchema),
      ),
    enable: (token, botId) =>
      callOcs(caller, { doing: `enabling bot ${botId} in room ${token}`, method: 'POST', path: inRoom(token, botId) }, roomBotSchema),
    disable: (token, botId) =>
      callOcs(caller, { doing: `removing bot ${botId} from room ${token}`, method: 'DELETE', path: inRoom(token, botId) }, roomBotSchema),
    send: async (token, message, signature) => {
      const path = `${base}/${pathPart(token)}/message`
      const call = { doing: `replying as the bot in room ${token}`, method: 'POST', path, body: message, headers: signed(signature) }
      await caller(ocsRequest({ ...call, expected: [201] }))
    },
    react: async (token, messageId, reaction, signature) => {
      const path = `${base}/${pathPart(token)}/reaction/${pathPart(messageId)}`
      const call = { doing: `reacting as the bot in room ${token}`, method: 'POST', path, body: { reaction }, headers: signed(signature) }
      await caller(ocsRequest({ ...call, expected: [200, 201] }))
    },
  }
}
