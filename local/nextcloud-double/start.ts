import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAccount } from './core/accounts.ts'
import { runCron } from './cron.ts'
import { Faults } from './faults.ts'
import { createListener } from './listener.ts'
import { openWorld } from './open-world.ts'
import { postWebhook } from './post-webhook.ts'
import { deliverWebhook, type Webhook } from './webhook.ts'
import type { World } from './world.ts'

export interface DoubleOptions {
  /** Where the state is kept; made when absent. */
  readonly directory: string
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string
  /** 0, the default: any free port. */
  readonly port?: number
  /** PEM. Without it the double speaks plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly privateKey: string }
  /** What webhooks call their backend; default the address it listens on. */
  readonly origin?: string
  /** Created at the first start, in group `admin`. */
  readonly administrator: { readonly username: string; readonly password: string }
  /** How often the background job runs by itself; 0, the default: only when asked (`GET /cron.php`, `runCron`). */
  readonly cronIntervalMs?: number
  /** PEM of the authority that webhook receivers' certificates must come from; without it only public ones. */
  readonly webhookAuthority?: string
  readonly now?: () => number
  readonly report?: (error: unknown) => void
}

export interface NextcloudDouble {
  /** Base address, without a final slash. */
  readonly origin: string
  readonly port: number
  readonly world: World
  readonly faults: Faults
  readonly runCron: () => void
  /** Sends webhooks as a request's handler would. */
  readonly deliver: (webhooks: readonly Webhook[]) => void
  /** Resolves when every webhook so far has been answered or has failed. */
  readonly webhooksSettled: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Creates the first administrator unless the account exists already; its password is then left as it is. */
function ensureAdministrator(world: World, administrator: DoubleOptions['administrator']): void {
  world.store.transaction(() => {
    world.store.put('group', 'admin', { id: 'admin' })
    if (world.store.get('user', administrator.username)) return
    createAccount(world, { id: administrator.username, password: administrator.password, groups: ['admin'] })
  })
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function createServer(options: DoubleOptions): Server {
  if (!options.tls) return createHttpServer()
  return createHttpsServer({ cert: options.tls.certificate, key: options.tls.privateKey, minVersion: 'TLSv1.2' })
}

/** Starts the double and resolves when it listens. */
export async function startNextcloudDouble(options: DoubleOptions): Promise<NextcloudDouble> {
  const server = createServer(options)
  const host = options.host ?? '127.0.0.1'
  const port = await listen(server, options.port ?? 0, host)
  const origin = options.origin ?? `${options.tls ? 'https' : 'http'}://${host}:${port}`
  const world = openWorld(options.directory, origin, options.now)
  ensureAdministrator(world, options.administrator)
  const report = options.report ?? (() => undefined)
  const faults = new Faults()
  const pending = new Set<Promise<void>>()
  let stopping = false
  const post = postWebhook(options.webhookAuthority)
  const deliver = (webhooks: readonly Webhook[]): void => {
    for (const webhook of webhooks) {
      const delivery = deliverWebhook(world, post, webhook)
        .catch(report)
        .finally(() => pending.delete(delivery))
      pending.add(delivery)
    }
  }
  server.on('request', createListener({ world, faults, deliver, report, stopping: () => stopping }))
  const cron = options.cronIntervalMs ? setInterval(() => runCron(world), options.cronIntervalMs).unref() : undefined
  const webhooksSettled = async (): Promise<void> => {
    while (pending.size > 0) await Promise.all(pending)
  }
  const stop = async (): Promise<void> => {
    stopping = true
    clearInterval(cron)
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await webhooksSettled()
    world.store.close()
  }
  return { origin, port, world, faults, runCron: () => runCron(world), deliver, webhooksSettled, stop }
}
