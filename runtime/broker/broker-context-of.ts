import { createHash } from 'node:crypto'
import type { EnrolResponse } from '../protocol/gateway-api.ts'
import type { BrokerParts } from './broker-parts.ts'
import { requestBuffered } from './http/request-buffered.ts'
import { instancePolicy } from './instance-policy.ts'
import { ApprovalBook } from './judgement/approval-book.ts'
import { Judge } from './judgement/judge.ts'
import { TaskCounts } from './judgement/task-counts.ts'
import type { BrokerContext } from './operations/broker-context.ts'
import { enrolledPeers, gatewayPeers } from './session/peers-of.ts'
import { SessionKeeper } from './session/session-keeper.ts'
import { sessionProof } from './session/session-proof.ts'
import { AccountWatch } from './session/watch-account.ts'
import { postAsBot } from './talk/post-as-bot.ts'
import { SeenRandoms } from './talk/seen-randoms.ts'
import { UsageCounter } from './usage-counter.ts'
import { createWorkerPool, type WorkerPool } from './worker/worker-pool.ts'
import { startWorker } from './worker/worker-process.ts'

type Enrolment = Extract<EnrolResponse, { readonly state: 'enrolled' }>
type Peers = BrokerContext['peers']

const rememberedRandoms = 100_000

/** Name of the bot among Talk's actors: Nextcloud makes it from the address of its webhook. */
const botActorOf = (webhookUrl: string): string => `bots/bot-${createHash('sha1').update(webhookUrl).digest('hex')}`

function workerPool({ world }: BrokerParts): WorkerPool {
  const { environment, providerAuthority } = world.config
  const compileCache = environment.MOLTAGENT_COMPILE_CACHE
  const program = {
    ...world.worker,
    trustsPlatform: providerAuthority === undefined,
    ...(compileCache === undefined ? {} : { compileCache }),
  }
  return createWorkerPool({
    start: () => startWorker(program),
    idle: environment.MOLTAGENT_WORKERS_IDLE,
    most: environment.MOLTAGENT_WORKERS_MOST,
  })
}

function judgeOf(parts: BrokerParts, { config }: Enrolment, peers: Peers, approvals: ApprovalBook): Judge {
  const { world, store, limits, killSwitch } = parts
  return new Judge({
    policy: instancePolicy(world.config.policy, config),
    counts: new TaskCounts(world.now),
    approvals,
    ask: async (room, text) => {
      if (!config.rooms.includes(room)) throw new Error(`asking in room ${room}: the agent is not configured for it`)
      await postAsBot({ peer: peers.nextcloud, store, limits }, { room, message: text }, killSwitch.signal)
    },
  })
}

function keeperOf({ world, gateway, store, killSwitch }: BrokerParts): SessionKeeper {
  const { environment } = world.config
  return new SessionKeeper({
    gateway,
    store,
    killSwitch,
    renewMs: environment.MOLTAGENT_RENEW_MS,
    sessionMs: environment.MOLTAGENT_SESSION_MS,
    monotonicMs: world.monotonicMs,
    onFailure: (error) => world.logger.warn({ err: error }, 'the session was not renewed'),
  })
}

function watchOf({ world, store, limits, killSwitch }: BrokerParts, peers: Peers): AccountWatch {
  return new AccountWatch({
    everyMs: world.config.environment.MOLTAGENT_ACCOUNT_CHECK_MS,
    signal: killSwitch.signal,
    onRefused: () => killSwitch.pull('account-disabled'),
    ask: async (signal) => {
      const authorization = store.authorization()
      const fields = [
        { name: 'OCS-APIRequest', value: 'true' },
        { name: 'Accept', value: 'application/json' },
        { name: 'Authorization', value: authorization },
      ]
      const request = {
        peer: peers.nextcloud,
        method: 'GET',
        target: '/ocs/v2.php/cloud/user?format=json',
        fields,
        body: Buffer.alloc(0),
        limits,
        signal,
      }
      return requestBuffered(request).finally(() => authorization.fill(0))
    },
  })
}

/** Everything that the operations need, made from the enrolment's answer. */
export function brokerContext(parts: BrokerParts, enrolment: Enrolment): BrokerContext {
  const { world, store, killSwitch, trail, limits, key } = parts
  const { boot, environment, providerAuthority } = world.config
  const { config, certificate } = enrolment
  const peers = { ...enrolledPeers(boot, config), proxy: gatewayPeers(boot).proxy }
  const approvals = new ApprovalBook(world.now, config.policy.approvalSeconds * 1000)
  return {
    config,
    bootId: world.bootId,
    peers,
    certificate: certificate.certificate,
    ...(providerAuthority === undefined ? {} : { providerAuthority }),
    limits,
    store,
    keeper: keeperOf(parts),
    killSwitch,
    audit: trail,
    judge: judgeOf(parts, enrolment, peers, approvals),
    approvals,
    usage: new UsageCounter(world.monotonicMs),
    pool: workerPool(parts),
    accountWatch: watchOf(parts, peers),
    seenRandoms: new SeenRandoms(rememberedRandoms),
    botActor: botActorOf(environment.MOLTAGENT_WEBHOOK_URL),
    proxyProof: (target) => sessionProof(key, { method: 'CONNECT', target, body: Buffer.alloc(0) }, world.now()),
    now: world.now,
  }
}
