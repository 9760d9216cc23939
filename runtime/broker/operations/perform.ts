import { createHash } from 'node:crypto'
import { canonicalJson } from '../../protocol/canonical-json.ts'
import type { RequestFacts } from '../judgement/action-binding.ts'
import type { LeaseJob } from '../worker/lease-job.ts'
import type { Operate } from './broker-context.ts'
import { boundRequest, leaseCredential } from './lease-credential.ts'

function factsOf(handle: string, { method, url }: LeaseJob['request'], written: string, body: Buffer): RequestFacts {
  const origin = `https://${url.host}${url.port === 443 ? '' : `:${url.port}`}`
  const isPlainRead = (method === 'GET' || method === 'HEAD') && url.query === ''
  return {
    effect: isPlainRead ? 'read' : 'egress',
    places: [url.query === '' ? [written, origin, url.host] : [written]],
    body,
    credential: handle,
  }
}

/** A request to a provider with a credential: `perform({handle, action, request})`. The credential is never an answer. */
export const perform: Operate<'perform'> = async (context, { request, body, signal, reply }) => {
  const { handle, action, task, room, question } = request
  const bound = boundRequest(context, handle, request.request)
  const digest = createHash('sha256')
    .update(canonicalJson({ handle, ...request.request }))
    .update(body)
    .digest('hex')
  const facts = factsOf(handle, bound.request, request.request.url, body)
  const entry = await context.judge.permit({ task, action, room, question, facts, requestDigest: digest })
  await leaseCredential(context, { ...bound, body, entry, signal, reply })
}
