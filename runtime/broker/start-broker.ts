import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isolationEvidenceSchema, type IsolationEvidence } from '../protocol/isolation.ts'
import { auditConnection } from './audit-connection.ts'
import { AuditTrail } from './audit-trail.ts'
import { brokerContext } from './broker-context-of.ts'
import type { BrokerParts, BrokerWorld } from './broker-parts.ts'
import { defaultHttpLimits } from './http/http-limits.ts'
import { createKillSwitch, type Ending } from './kill-switch.ts'
import type { BrokerContext } from './operations/broker-context.ts'
import { operate } from './operations/operate.ts'
import { RefusalRecord } from './refusal-record.ts'
import { SecretStore } from './secrets/secret-store.ts'
import { enrol } from './session/enrol.ts'
import { GatewayClient, RevokedError, type Enrolled } from './session/gateway-client.ts'
import { gatewayPeers } from './session/peers-of.ts'
import { startReporter } from './session/start-reporter.ts'
import { listen } from './socket/listen.ts'
import { bodyBudget } from './socket/request-reader.ts'

/** Held bodies of all connections together. */
const heldBodyBytes = 64 * 1024 * 1024
const refusalsPerMinute = 120
const lastWordsMs = 1_000

async function readEvidence(file: string): Promise<IsolationEvidence> {
  return isolationEvidenceSchema.parse(JSON.parse(await readFile(file, 'utf8')))
}

/** 32 bytes of the public key, in base64url. */
const rawPublicKey = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x ?? ''

async function letIn(
  { world, audit, gateway, killSwitch }: BrokerParts,
  publicKey: string,
): Promise<{ enrolled: Enrolled; auditSize: number }> {
  const { environment, boot } = world.config
  let auditSize = 0
  const request = async () => {
    const auditHead = await audit.head()
    auditSize = auditHead.size
    const probe = await readEvidence(environment.MOLTAGENT_PROBE_FILE)
    return { token: boot.token, bootId: world.bootId, publicKey, probe, auditHead }
  }
  const onWaiting = (reason: string): void => world.logger.info({ reason }, 'waiting to be enrolled')
  const enrolled = await enrol({ gateway, request, retryMs: environment.MOLTAGENT_ENROL_RETRY_MS, signal: killSwitch.signal, onWaiting })
  return { enrolled, auditSize }
}

/** The webhook front speaks TLS with the same leaf. It lies in memory, and goes with the broker. */
async function giveFrontItsLeaf(folder: string | undefined, { response, secrets }: Enrolled): Promise<void> {
  if (folder === undefined) return
  await writeFile(join(folder, 'tls.crt'), response.certificate.certificate, { mode: 0o640 })
  await writeFile(join(folder, 'tls.key'), secrets.privateKey, { mode: 0o640 })
}

async function openSocket(parts: BrokerParts, context: BrokerContext): Promise<void> {
  const { world, trail, killSwitch } = parts
  const { environment } = world.config
  const refusals = new RefusalRecord({ note: (entry) => trail.note(entry), perMinute: refusalsPerMinute, monotonicMs: world.monotonicMs })
  const token = randomBytes(32).toString('base64url')
  const listening = await listen(environment.MOLTAGENT_BROKER_SOCKET, {
    token: Buffer.from(token),
    operate: (call) => operate(context, call),
    onRefusal: (operation, code) => void refusals.add(operation, code),
    onFault: (error) => world.logger.error({ err: error }, 'an operation failed unexpectedly'),
    budget: bodyBudget(heldBodyBytes),
    signal: killSwitch.signal,
    patienceMs: context.limits.connectMs,
  })
  killSwitch.signal.addEventListener('abort', listening.close, { once: true })
  await writeFile(environment.MOLTAGENT_BROKER_TOKEN_FILE, token, { mode: 0o640 })
}

async function serve(parts: BrokerParts): Promise<void> {
  const { world, key, killSwitch } = parts
  const { environment } = world.config
  const { enrolled, auditSize } = await letIn(parts, rawPublicKey(key))
  const { account } = enrolled.response.config
  parts.store.keep({ account, ...enrolled.secrets })
  await giveFrontItsLeaf(environment.MOLTAGENT_FRONT_LEAF, enrolled)
  const context = brokerContext(parts, enrolled.response)
  killSwitch.signal.addEventListener('abort', () => void context.pool.destroy(), { once: true })
  await parts.trail.note({ kind: 'enrolment', result: 'enrolled', facts: { version: environment.MOLTAGENT_VERSION } })
  await context.keeper.start()
  startReporter(parts, context, auditSize)
  await openSocket(parts, context)
  world.logger.info({ account }, 'enrolled: the broker serves')
}

/** Forgets, says so in the log, and ends. The log gets a second: forgetting does not wait for it. */
async function end(world: BrokerWorld, ending: Ending, store: SecretStore, trail: AuditTrail): Promise<void> {
  store.wipe()
  const { MOLTAGENT_FRONT_LEAF, MOLTAGENT_BROKER_TOKEN_FILE } = world.config.environment
  const leaf = MOLTAGENT_FRONT_LEAF === undefined ? [] : [join(MOLTAGENT_FRONT_LEAF, 'tls.key')]
  const forgotten = [MOLTAGENT_BROKER_TOKEN_FILE, ...leaf].map((file) => rm(file, { force: true }))
  const lastWords = [...forgotten, trail.note({ kind: 'revocation', result: ending, highRisk: true })]
  await Promise.race([Promise.allSettled(lastWords), new Promise((resolve) => void setTimeout(resolve, lastWordsMs))])
  world.logger.warn({ ending }, 'everything is forgotten: the broker ends')
  world.onEnded(ending)
}

/** Enrols and serves until the kill switch is pulled. Rejects when it cannot begin. */
export async function startBroker(world: BrokerWorld): Promise<void> {
  const { environment, boot } = world.config
  const limits = { ...defaultHttpLimits, connectMs: environment.MOLTAGENT_CONNECT_MS, idleMs: environment.MOLTAGENT_IDLE_MS }
  const { privateKey: key } = generateKeyPairSync('ed25519')
  const audit = auditConnection(environment.MOLTAGENT_AUDIT_SOCKET)
  const trail = new AuditTrail(audit, (error) => world.logger.error({ err: error }, 'the audit log took no record'))
  const store = new SecretStore()
  const killSwitch = createKillSwitch((ending) => void end(world, ending, store, trail))
  const gateway = new GatewayClient({ peer: gatewayPeers(boot).gateway, limits, key, now: world.now })
  try {
    await serve({ world, limits, audit, trail, store, killSwitch, gateway, key })
  } catch (error) {
    if (killSwitch.pulled() !== undefined) return
    if (!(error instanceof RevokedError)) throw error
    killSwitch.pull('enrolment-refused')
  }
}
