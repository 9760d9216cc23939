import type { BrokerOperation, RequestOf } from '../../protocol/broker-api.ts'
import type { JsonValue } from '../../protocol/json-value.ts'
import type { RuntimeConfig } from '../../protocol/runtime-config.ts'
import type { AuditTrail } from '../audit-trail.ts'
import type { HttpLimits } from '../http/http-limits.ts'
import type { TlsPeer } from '../http/open-tls.ts'
import type { ApprovalBook } from '../judgement/approval-book.ts'
import type { Judge } from '../judgement/judge.ts'
import type { KillSwitch } from '../kill-switch.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import type { SessionKeeper } from '../session/session-keeper.ts'
import type { AccountWatch } from '../session/watch-account.ts'
import type { SeenRandoms } from '../talk/seen-randoms.ts'
import type { UsageCounter } from '../usage-counter.ts'
import type { WorkerPool } from '../worker/worker-pool.ts'

/** Everything that an operation may touch, once the broker is enrolled. */
export interface BrokerContext {
  readonly config: RuntimeConfig
  readonly bootId: string
  readonly peers: { readonly nextcloud: TlsPeer; readonly proxy: TlsPeer; readonly ollama: Omit<TlsPeer, 'client'> }
  /** The certificate that goes with the store's private key. */
  readonly certificate: string
  readonly providerAuthority?: string
  readonly limits: HttpLimits
  readonly store: SecretStore
  readonly keeper: SessionKeeper
  readonly killSwitch: KillSwitch
  readonly audit: AuditTrail
  readonly judge: Judge
  readonly approvals: ApprovalBook
  readonly usage: UsageCounter
  readonly pool: WorkerPool
  readonly accountWatch: AccountWatch
  readonly seenRandoms: SeenRandoms
  /** Talk actor of the bot, such as `bots/bot-…`. */
  readonly botActor: string
  /** Headers that prove the session to the egress proxy, without the session itself. */
  readonly proxyProof: (target: string) => readonly (readonly [name: string, value: string])[]
  readonly now: () => Date
}

/** Where an operation's answer goes: an HTTP answer in pieces, or one result. */
export interface Reply {
  readonly http: (status: number, headers: readonly (readonly [name: string, value: string])[]) => void
  readonly data: (bytes: Buffer) => Promise<void> | undefined
  readonly result: (result: JsonValue) => void
}

/** One request of the agent, complete. */
export interface Call<Operation extends BrokerOperation> {
  readonly request: RequestOf<Operation>
  readonly body: Buffer
  readonly signal: AbortSignal
  readonly reply: Reply
}

/** Does what was asked, or throws `Refusal` or `HttpError`. */
export type Operate<Operation extends BrokerOperation> = (context: BrokerContext, call: Call<Operation>) => Promise<void>
