import { auditLabel } from '../../protocol/audit-label.ts'
import type { RequestOf } from '../../protocol/broker-api.ts'
import { route } from '../../policy/route.ts'
import { runExchange } from '../http/exchange.ts'
import { hostHeader, openTls } from '../http/open-tls.ts'
import { requestHead } from '../http/request-head.ts'
import { visibleHeaders } from '../http/visible-headers.ts'
import { refuse } from '../refusal.ts'
import type { BrokerContext, Call, Operate } from './broker-context.ts'
import { boundRequest, leaseCredential } from './lease-credential.ts'

type ModelRequest = RequestOf<'callModel'>

/** What Ollama's guest lets through: nothing that changes its models. */
const localPaths: Readonly<Record<string, 'GET' | 'POST'>> = {
  '/api/chat': 'POST',
  '/api/generate': 'POST',
  '/api/embed': 'POST',
  '/api/tags': 'GET',
  '/api/version': 'GET',
}

/** Labels decide, not addresses: what may not leave is refused here, whatever the agent decided before. */
function assertRouted({ target, label, purpose, topics, opened }: ModelRequest): void {
  if (target === 'local') return
  const { model, code } = route(label, purpose === 'plan' ? { purpose, topics, opened } : { purpose })
  if (model !== 'planner') throw refuse(`route-${code}`, `calling the planner: this prompt may not leave for it (${code})`)
}

/** No prompt carries a secret of the broker, in any spelling. */
function assertNoSecret(context: BrokerContext, body: Buffer): void {
  if (context.store.scrubber().contains(body))
    throw refuse('secret-in-prompt', "calling a model: the prompt holds one of the broker's secrets")
}

const headers = [['accept', 'application/json, text/event-stream'] as const, ['content-type', 'application/json'] as const]

async function callPlanner(context: BrokerContext, { request, body, signal, reply }: Call<'callModel'>): Promise<void> {
  const { planner } = context.config
  if (planner.provider === 'local') throw refuse('planner-is-local', 'calling the planner: this agent plans with its local model')
  const url = planner.baseURL.replace(/\/$/, '') + request.path
  const bound = boundRequest(context, planner.credential, { method: 'POST', url, headers })
  const entry = { session: request.task, labels: [auditLabel(request.label)], rule: `model-${request.purpose}` }
  await leaseCredential(context, { ...bound, body, entry, signal, reply })
}

async function callLocal(context: BrokerContext, { request, body, signal, reply }: Call<'callModel'>): Promise<void> {
  const method = Object.hasOwn(localPaths, request.path) ? localPaths[request.path] : undefined
  if (method === undefined) throw refuse('path-not-allowed', 'calling the local model: that path is not one of its API')
  const { peers, limits, certificate, store } = context
  const opening = store.withPrivateKey((privateKey) =>
    openTls({ peer: { ...peers.ollama, client: { certificate, privateKey } }, connectMs: limits.connectMs, signal }),
  )
  const socket = await opening
  const length = method === 'POST' ? [{ name: 'Content-Length', value: String(body.length) }] : []
  const fields = [...headers.map(([name, value]) => ({ name, value })), ...length]
  await runExchange(socket, {
    method,
    head: requestHead({ method, target: request.path, host: hostHeader(peers.ollama) }, fields),
    body: body.length === 0 ? [] : [body],
    limits,
    signal,
    onHead: (head) => reply.http(head.status, visibleHeaders(head.headers)),
    onData: (bytes) => reply.data(Buffer.from(bytes)),
  })
}

/** A model's call: the planner with its credential through the proxy, or the local model. One never stands in for the other. */
export const callModel: Operate<'callModel'> = async (context, call) => {
  assertRouted(call.request)
  assertNoSecret(context, call.body)
  if (call.request.target === 'planner') return callPlanner(context, call)
  return callLocal(context, call)
}
