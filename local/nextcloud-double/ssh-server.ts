import { spawn } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { timingSafeEqual } from 'node:crypto'
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2'

export interface SshServerOptions {
  readonly host?: string
  readonly port?: number
  /** Private key of the host, PEM or OpenSSH format. */
  readonly hostKey: string
  /** The one key that may connect, as in `authorized_keys`. */
  readonly authorizedKey: string
  /** The double's state. */
  readonly directory: string
}

const runLimitMs = 60_000

/** Runs the forced command as `sshd` would: whatever the client asked for is only handed on in SSH_ORIGINAL_COMMAND. */
function runForcedCommand(channel: ServerChannel, command: string, directory: string): void {
  const program = fileURLToPath(new URL('verbs-main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, '--state', directory], {
    env: { PATH: '/usr/bin:/bin', SSH_ORIGINAL_COMMAND: command },
    timeout: runLimitMs,
  })
  channel.pipe(child.stdin)
  child.stdin.on('error', () => undefined)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  child.on('close', (code) => {
    channel.exit(code ?? 255)
    channel.end()
  })
}

function isAuthorized(context: AuthContext, allowed: ssh2.ParsedKey): boolean {
  if (context.method !== 'publickey' || context.key.algo !== allowed.type) return false
  const wanted = allowed.getPublicSSH()
  if (context.key.data.length !== wanted.length || !timingSafeEqual(context.key.data, wanted)) return false
  if (!context.signature) return true
  // A signature that cannot be checked comes back as an Error, which is not false.
  const verified: unknown = allowed.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo)
  return verified === true
}

function serve(client: Connection, allowed: ssh2.ParsedKey, directory: string): void {
  client.on('authentication', (context) => {
    if (isAuthorized(context, allowed)) context.accept()
    else context.reject(['publickey'])
  })
  client.on('error', () => undefined)
  client.on('session', (accept) => {
    const session = accept()
    session.on('exec', (acceptExec, _reject, info) => runForcedCommand(acceptExec(), info.command, directory))
  })
}

/** An SSH server for tests of the operator's client: one key, no shell, no forwarding, only the forced command. */
export function startSshServer(options: SshServerOptions): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> {
  const allowed = ssh2.utils.parseKey(options.authorizedKey)
  if (allowed instanceof Error) throw new Error(`starting the double's SSH server: the authorized key cannot be read: ${allowed.message}`)
  const clients = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [options.hostKey] }, (client) => {
    clients.add(client)
    client.on('close', () => clients.delete(client))
    serve(client, allowed, options.directory)
  })
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const client of clients) client.end()
    })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port, stop }))
  })
}
