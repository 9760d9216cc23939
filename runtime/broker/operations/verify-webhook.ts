import { approvalAnswerOf } from '../talk/approval-answer.ts'
import { isTalkSignature } from '../talk/webhook-signature.ts'
import { refuse } from '../refusal.ts'
import type { JsonValue } from '../../protocol/json-value.ts'
import type { BrokerContext, Operate } from './broker-context.ts'

/** Talk's own are 64 characters; shorter ones could be guessed. */
const leastRandomLength = 32

/** Takes the answer to an open question out of a verified message. Nobody else can give one. */
async function takeAnswer(context: BrokerContext, body: Buffer): Promise<JsonValue> {
  const { approvals, audit, botActor, config, now } = context
  const answer = approvalAnswerOf(body, now())
  if (answer === undefined) return null
  const outcome = approvals.answer(answer, { operators: config.operators, bot: botActor })
  const subject = outcome.state === 'refused' ? undefined : outcome.request.subject
  const action = subject?.kind === 'action' ? { action: subject.action } : {}
  const result = outcome.state === 'refused' ? outcome.code : outcome.state
  await audit.note({ kind: 'approval', ...action, result, hidden: { actor: { value: answer.actor, subject: answer.actor } } })
  return { state: outcome.state, ...action, ...(outcome.state === 'refused' ? { code: outcome.code } : {}) }
}

/** Says whether a webhook came from Talk, once: a replay is refused. An answer to a question is taken here, where it was verified. */
export const verifyWebhook: Operate<'verifyWebhook'> = async (context, { request, body, reply }) => {
  const { random, signature } = request
  const isGenuine =
    random.length >= leastRandomLength && context.store.withBotSecret((secret) => isTalkSignature(secret, random, body, signature))
  if (!isGenuine) throw refuse('webhook-forged', "verifying a webhook: it was not signed with the bot's secret")
  if (!context.seenRandoms.add(random)) throw refuse('webhook-replayed', 'verifying a webhook: it was seen before')
  reply.result({ verified: true, approval: await takeAnswer(context, body) })
}
