import { createHash } from 'node:crypto'
import { canonicalJson } from '../../protocol/canonical-json.ts'
import type { IntentEntry } from '../audit-trail.ts'
import { buildNextcloudRequest } from '../cloud/build-request.ts'
import { callFacts } from '../cloud/call-facts.ts'
import { sendToNextcloud } from '../cloud/send-to-nextcloud.ts'
import { HttpError } from '../http/http-error.ts'
import { hostHeader } from '../http/open-tls.ts'
import { refuse } from '../refusal.ts'
import type { BrokerContext, Call, Operate } from './broker-context.ts'

/** Judged as what it is: only a mere read needs no action. */
async function permit(context: BrokerContext, { request, body }: Call<'callNextcloud'>): Promise<IntentEntry | undefined> {
  const { call, task, action, room, question } = request
  const facts = callFacts(call, body)
  if (action === undefined && facts.effect === 'read') return undefined
  if (action === undefined)
    throw refuse('action-missing', `calling ${call.operation}: it changes something, so it needs the action that was decided`)
  const digest = createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(call))))
    .update(body)
    .digest('hex')
  return context.judge.permit({ task, action, room, question, facts, requestDigest: digest })
}

function send(context: BrokerContext, call: Call<'callNextcloud'>): Promise<number> {
  const { config, peers, store, limits, killSwitch } = context
  const request = buildNextcloudRequest(call.request.call, config.account, `https://${hostHeader(peers.nextcloud)}`)
  const ports = { peer: peers.nextcloud, store, limits, onAccountRefused: () => killSwitch.pull('account-disabled') }
  return sendToNextcloud(ports, { request, body: call.body, signal: call.signal, sink: call.reply })
}

const codeOf = (error: unknown): string => (error instanceof HttpError ? error.code : 'failed')

/** One call of Nextcloud as the agent's account. What changes something is recorded before, and with its outcome after. */
export const callNextcloud: Operate<'callNextcloud'> = async (context, call) => {
  const { operation } = call.request.call
  buildNextcloudRequest(call.request.call, context.config.account, 'https://checked.invalid')
  const entry = await permit(context, call)
  if (entry === undefined) {
    const status = await send(context, call)
    await context.audit.note({ kind: 'note', session: call.request.task, rule: operation.slice(0, 128), result: `http-${status}` })
    return
  }
  const intent = await context.audit.intend({ ...entry, facts: { operation } })
  try {
    await intent.close(`http-${await send(context, call)}`)
  } catch (error) {
    await intent.close(codeOf(error))
    throw error
  }
}
