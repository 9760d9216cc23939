import { createHash } from 'node:crypto'
import { refuse } from '../refusal.ts'
import { postAsBot } from '../talk/post-as-bot.ts'
import type { BrokerContext, Operate } from './broker-context.ts'

/** A message that shows the code of an open question could make a person approve something else than they think. */
function assertNoCode(context: BrokerContext, message: string): void {
  const shown = message.toUpperCase()
  if (context.approvals.pendingCodes().some((code) => shown.includes(code))) {
    throw refuse('code-in-message', 'posting a reply: it holds the code of an open question')
  }
}

/** Signs a reply with the bot's secret and posts it: a signature by itself would be good for any room. */
export const signReply: Operate<'signReply'> = async (context, { request, signal, reply }) => {
  const { room, message, action, task, question, replyTo, silent, referenceId } = request
  if (!context.config.rooms.includes(room)) throw refuse('room-unknown', 'posting a reply: the agent is not configured for that room')
  assertNoCode(context, message)
  const body = Buffer.from(message)
  if (context.store.scrubber().contains(body)) throw refuse('secret-in-message', "posting a reply: it holds one of the broker's secrets")
  const isRoomNamed = action.arguments.some(({ role }) => role === 'destination')
  const facts = { effect: 'egress', places: isRoomNamed ? [[room, `room:${room}`, `talk:${room}`]] : [], body } as const
  const requestDigest = createHash('sha256')
    .update(JSON.stringify([room, replyTo ?? null]))
    .update(body)
    .digest('hex')
  const entry = await context.judge.permit({ task, action, room, question, facts, requestDigest })
  const intent = await context.audit.intend(entry)
  try {
    const status = await postAsBot({ ...context, peer: context.peers.nextcloud }, { room, message, replyTo, silent, referenceId }, signal)
    await intent.close(`http-${status}`)
    reply.result({ posted: true })
  } catch (error) {
    await intent.close('failed')
    throw error
  }
}
