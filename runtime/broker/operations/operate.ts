import type { BrokerOperation } from '../../protocol/broker-api.ts'
import { refuse } from '../refusal.ts'
import type { BrokerContext, Call } from './broker-context.ts'
import { callModel } from './call-model.ts'
import { callNextcloud } from './call-nextcloud.ts'
import { perform } from './perform.ts'
import { signReply } from './sign-reply.ts'
import { status } from './status.ts'
import { verifyWebhook } from './verify-webhook.ts'

/** The closed list: what is not here cannot be asked. There is no `get`. */
export function operate(context: BrokerContext, call: Call<BrokerOperation>): Promise<void> {
  const { request } = call
  switch (request.operation) {
    case 'perform':
      return perform(context, { ...call, request })
    case 'callModel':
      return callModel(context, { ...call, request })
    case 'callNextcloud':
      return callNextcloud(context, { ...call, request })
    case 'verifyWebhook':
      return verifyWebhook(context, { ...call, request })
    case 'signReply':
      return signReply(context, { ...call, request })
    case 'status':
      return status(context, { ...call, request })
    case 'hello':
      throw refuse('already-greeted', 'this connection was opened already')
    default:
      return request satisfies never
  }
}
