import type { CredentialBinding } from '../../protocol/runtime-config.ts'
import type { IntentEntry } from '../audit-trail.ts'
import { checkBinding, type RequestToBind } from '../binding/check-binding.ts'
import { refuse } from '../refusal.ts'
import type { LeaseEnd, LeaseJob } from '../worker/lease-job.ts'
import { runLeaseInWorker } from '../worker/lease-worker.ts'
import type { BrokerContext, Reply } from './broker-context.ts'

export interface Lease {
  readonly binding: CredentialBinding
  readonly request: LeaseJob['request']
  readonly body: Buffer
  readonly entry: IntentEntry
  readonly signal: AbortSignal
  readonly reply: Reply
}

/** The configured binding of a handle that may be used now, and the request checked against it. Throws `Refusal`. */
export function boundRequest(context: BrokerContext, handle: string, request: RequestToBind): Pick<Lease, 'binding' | 'request'> {
  const binding = context.config.credentials.find((credential) => credential.handle === handle)
  if (binding === undefined) throw refuse('credential-unknown', `using credential ${handle}: there is none of that name`)
  if (!context.keeper.isActive(handle)) throw refuse('credential-revoked', `using credential ${handle}: it is revoked or no longer shared`)
  const verdict = checkBinding(request, binding)
  if (!verdict.ok) throw refuse(verdict.problem, `using credential ${handle}: the request is not one it is bound to (${verdict.problem})`)
  return { binding, request: { method: request.method, url: verdict.url, headers: request.headers } }
}

function jobOf(context: BrokerContext, { binding, request }: Lease): LeaseJob {
  const { config, peers, limits, providerAuthority, proxyProof } = context
  return {
    account: config.account,
    binding,
    vault: peers.nextcloud,
    proxy: peers.proxy,
    proxyFields: proxyProof(`${request.url.host}:${request.url.port}`),
    ...(providerAuthority === undefined ? {} : { providerAuthority }),
    request,
    limits,
  }
}

/** What a failed use tells about the credential or the whole account. */
async function conclude(context: BrokerContext, handle: string, end: LeaseEnd): Promise<void> {
  if (end.ok) return
  if (end.code === 'account-refused' || end.code === 'account-disabled') context.killSwitch.pull('account-disabled')
  if (end.code !== 'entry-gone') return
  context.keeper.entryGone(handle)
  await context.audit.note({ kind: 'revocation', credential: handle, result: 'entry-gone' })
}

function sessionHeader(context: BrokerContext): Buffer {
  const session = context.store.session()
  const value = Buffer.concat([Buffer.from('Bearer '), session])
  session.fill(0)
  return value
}

async function run(context: BrokerContext, lease: Lease, onStatus: (status: number) => void): Promise<LeaseEnd> {
  const worker = context.pool.take()
  if (worker === undefined)
    return { ok: false, code: 'too-many-uses', message: 'using a credential: too many uses at once, try again', showMs: 0 }
  const { body, signal, reply } = lease
  return runLeaseInWorker({
    worker,
    job: jobOf(context, lease),
    authorization: context.store.authorization(),
    session: sessionHeader(context),
    body,
    signal,
    onHead: (head) => {
      onStatus(head.status)
      reply.http(head.status, head.headers)
    },
    onData: reply.data,
  })
}

/**
 * One use of one credential, in a process of its own: counted, recorded before it begins, its outcome after. Throws `Refusal` when it is not
 * begun or fails.
 */
export async function leaseCredential(context: BrokerContext, lease: Lease): Promise<void> {
  const { handle, maxPerHour } = lease.binding
  if (!context.usage.take(handle, maxPerHour)) {
    throw refuse('credential-cap', `using credential ${handle}: it may be used ${maxPerHour} times an hour`)
  }
  const intent = await context.audit.intend({ ...lease.entry, credential: handle })
  let result = 'agent-gone'
  let showMs = 0
  try {
    const onStatus = (status: number): void => {
      result = `http-${status}`
    }
    const end = await context.accountWatch.during(() => run(context, lease, onStatus))
    if (!end.ok) result = end.code
    showMs = end.showMs
    await conclude(context, handle, end)
    if (!end.ok) throw refuse(end.code, end.message)
  } finally {
    await intent.close(result, { showMs: showMs.toFixed(1) })
  }
}
