import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { BrokerClient } from '../../../runtime/protocol/broker-client.ts'
import type { CredentialBinding, RuntimeConfig } from '../../../runtime/protocol/runtime-config.ts'
import type { CertificatePair } from '../../../operator/certificates/key-pair.ts'
import { startAuditProcess, type AuditProcess } from './start-audit-process.ts'
import { startAuditStandIn, type AuditStandIn } from './audit-stand-in.ts'
import { brokerTestPolicy } from './broker-test-policy.ts'
import { startGatewayDouble, type GatewayDouble } from './gateway-double.ts'
import { startNextcloudStandIn, type NextcloudStandIn } from './nextcloud-stand-in.ts'
import { startProviderDouble, type ProviderDouble } from './provider-double.ts'
import { startProxyDouble, type ProxyDouble } from './proxy-double.ts'
import { testCertificates, type TestCertificates } from './test-certificates.ts'

export const names = {
  nextcloud: 'cloud.test.example',
  gateway: 'gateway.test.example',
  provider: 'ok.test.example',
  ollama: 'ollama.test.example',
}
export const uid = '6653bdab-7f55-413e-a88a-e8018ed3b3a1'
export const entryId = '827ee5d3-a7a4-4e85-b6fb-0394a0043785'
export const webhookUrl = 'https://agent.test.example:8443/webhook'

export interface HarnessOptions {
  readonly secret?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly binding?: Partial<CredentialBinding>
  /** How often the gateway says that the machine is not let in yet. */
  readonly notYet?: number
  readonly planner?: RuntimeConfig['planner']
  readonly ollamaPort?: number
  /** Starts another Nextcloud than the stand-in, such as the double, with this certificate. */
  readonly startNextcloud?: (leaf: CertificatePair) => Promise<{ readonly port: number; readonly entry: string; readonly owner: string }>
  readonly appPassword?: string
  readonly account?: string
  /** The real log process in the place of the stand-in. */
  readonly isAuditReal?: boolean
}

export interface BrokerHarness {
  readonly directory: string
  readonly certificates: TestCertificates
  /** PEM that the provider's certificate is issued by. */
  readonly providerAuthority: string
  readonly process: ChildProcess
  readonly log: () => string
  readonly exit: Promise<number | null>
  readonly client: BrokerClient
  readonly socketPath: string
  readonly token: string
  readonly appPassword: string
  readonly botSecret: string
  readonly nextcloud: NextcloudStandIn
  readonly provider: ProviderDouble
  readonly proxy: ProxyDouble
  readonly gateway: GatewayDouble
  /** Keeps what the broker records; unused where the real log runs. */
  readonly audit: AuditStandIn
  readonly auditProcess: AuditProcess | undefined
  readonly stop: () => Promise<void>
}

const program = fileURLToPath(new URL('../../../runtime/broker/main.ts', import.meta.url))
const compileCache = join(tmpdir(), `moltagent-test-compile-cache-${process.getuid?.() ?? 0}`)

export const testBinding: CredentialBinding = {
  handle: 'service',
  entry: entryId,
  owner: 'vault',
  host: names.provider,
  port: 443,
  methods: ['GET', 'POST'],
  paths: ['/echo', '/stream', '/redirect', '/hold', '/v1/chat/completions'],
  header: 'Authorization',
  format: 'Bearer {}',
  maxPerHour: 100_000,
}

function configOf(options: HarnessOptions, nextcloudPort: number, vault: Partial<CredentialBinding>): RuntimeConfig {
  return {
    schemaVersion: 1,
    account: options.account ?? 'aria',
    operators: ['alice', 'bob'],
    nextcloud: { origin: `https://${names.nextcloud}:${nextcloudPort}` },
    ollama: { origin: `https://${names.ollama}:${options.ollamaPort ?? 9}`, models: ['gemma3:270m'] },
    planner: options.planner ?? { provider: 'local' },
    credentials: [{ ...testBinding, ...vault, ...options.binding }],
    policy: { approvalsPerTask: 3, approvalSeconds: 300, tokensPerDay: 1000, destinations: [`https://${names.provider}`] },
    rooms: ['room1'],
  }
}

interface Inputs {
  readonly gatewayPort: number
  readonly proxyPort: number
  readonly token: string
  readonly authority: string
}

async function writeInputs(directory: string, { gatewayPort, proxyPort, token, authority }: Inputs): Promise<void> {
  const hosts = [{ address: '127.0.0.1', names: Object.values(names) }]
  const boot = {
    schemaVersion: 1,
    uid,
    name: 'aria',
    namespace: 'team-a',
    hosts,
    authority,
    probes: { allowed: [], forbidden: [{ name: 'internet', host: '192.0.2.1', port: 443, protocol: 'tcp' }] },
    role: 'agent',
    token,
    gateway: { host: names.gateway, port: gatewayPort, proxyPort },
  }
  const probe = { at: new Date().toISOString(), forbidden: 1, open: [], closedAllowed: [] }
  await writeFile(join(directory, 'boot.json'), JSON.stringify(boot))
  await writeFile(join(directory, 'probe.json'), JSON.stringify(probe))
  await writeFile(join(directory, 'policy.json'), JSON.stringify(brokerTestPolicy))
}

function startProgram(directory: string, environment: Readonly<Record<string, string>>): { child: ChildProcess; log: () => string } {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_COMPILE_CACHE: compileCache,
      MOLTAGENT_COMPILE_CACHE: compileCache,
      MOLTAGENT_BOOT_DOCUMENT: join(directory, 'boot.json'),
      MOLTAGENT_BROKER_SOCKET: join(directory, 'broker.sock'),
      MOLTAGENT_BROKER_TOKEN_FILE: join(directory, 'token'),
      MOLTAGENT_AUDIT_SOCKET: join(directory, 'audit.sock'),
      MOLTAGENT_POLICY_FILE: join(directory, 'policy.json'),
      MOLTAGENT_PROBE_FILE: join(directory, 'probe.json'),
      MOLTAGENT_PROVIDER_AUTHORITY: join(directory, 'provider.pem'),
      MOLTAGENT_WEBHOOK_URL: webhookUrl,
      MOLTAGENT_RENEW_MS: '1000',
      MOLTAGENT_ENROL_RETRY_MS: '100',
      ...environment,
    },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8')
    })
  }
  return { child, log: () => text }
}

/** The token's file is the last thing that a starting broker writes. */
async function tokenOf(file: string, child: ChildProcess, log: () => string): Promise<string> {
  for (let tries = 0; tries < 600; tries += 1) {
    const token = await readFile(file, 'utf8').catch(() => '')
    if (token.length === 43) return token
    if (child.exitCode !== null) throw new Error(`the broker ended with ${child.exitCode}:\n${log()}`)
    await wait(50)
  }
  throw new Error(`the broker did not start:\n${log()}`)
}

interface Vault {
  readonly port: number
  readonly binding: Partial<CredentialBinding>
}

async function vaultOf(options: HarnessOptions, certificates: TestCertificates, standInPort: number): Promise<Vault> {
  if (options.startNextcloud === undefined) return { port: standInPort, binding: {} }
  const { port, entry, owner } = await options.startNextcloud(await certificates.leaf(names.nextcloud))
  return { port, binding: { entry, owner } }
}

/** A real broker process among doubles of everything that it talks to. */
export async function startBrokerHarness(given: HarnessOptions = {}): Promise<BrokerHarness> {
  const options = { secret: 'sk-canary-0123456789abcdef', environment: {}, isAuditReal: false, notYet: 0, ...given }
  const directory = await mkdtemp(join(tmpdir(), 'moltagent-broker-'))
  const certificates = await testCertificates(uid, [...Object.values(names), uid])
  const authority = await testCertificates('provider', [names.provider])
  const [appPassword, botSecret, token] = [
    options.appPassword ?? `app-${randomBytes(20).toString('hex')}`,
    randomBytes(32).toString('hex'),
    randomBytes(32).toString('base64url'),
  ]
  const provider = await startProviderDouble(await authority.leaf(names.provider))
  const proxy = await startProxyDouble(await certificates.leaf(names.gateway))
  proxy.routes.set(`${names.provider}:443`, provider.port)
  const nextcloud = await startNextcloudStandIn(await certificates.leaf(names.nextcloud), appPassword, botSecret)
  nextcloud.entries.set(entryId, {
    id: entryId,
    owner: 'vault',
    receiver: 'aria',
    password: options.secret,
    url: `https://${names.provider}`,
  })
  const vault = await vaultOf(options, certificates, nextcloud.port)
  const grant = {
    token,
    appPassword,
    botSecret,
    certificate: await certificates.leaf(names.ollama, 'peer'),
    config: configOf(options, vault.port, vault.binding),
  }
  const gateway = await startGatewayDouble(await certificates.leaf(names.gateway), grant, proxy.session)
  const audit = await startAuditStandIn(join(directory, options.isAuditReal ? 'unused.sock' : 'audit.sock'))
  const auditProcess = options.isAuditReal ? await startAuditProcess(directory, compileCache) : undefined
  gateway.state.notYet = options.notYet
  await writeInputs(directory, { gatewayPort: gateway.port, proxyPort: proxy.port, token, authority: certificates.authority })
  await writeFile(join(directory, 'provider.pem'), authority.authority)
  const { child, log } = startProgram(directory, options.environment)
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exit
    await auditProcess?.stop()
    await Promise.all([nextcloud, provider, proxy, gateway, audit].map((part) => part.stop()))
    await rm(directory, { recursive: true, force: true })
  }
  const socketPath = join(directory, 'broker.sock')
  const brokerToken = await tokenOf(join(directory, 'token'), child, log).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const client = new BrokerClient({ socketPath, token: brokerToken })
  return {
    directory,
    certificates,
    providerAuthority: authority.authority,
    process: child,
    log,
    exit,
    client,
    socketPath,
    token: brokerToken,
    appPassword,
    botSecret,
    nextcloud,
    provider,
    proxy,
    gateway,
    audit,
    auditProcess,
    stop,
  }
}
