import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { routes } from './routes.ts'
import { startControl } from './control.ts'
import { startSshServer } from './ssh-server.ts'
import { startNextcloudDouble, type NextcloudDouble } from './start.ts'

const help = `Usage: node local/nextcloud-double/main.ts --state DIR --admin NAME --admin-password-file FILE [options]

A double of Nextcloud for tests and for machines that cannot have a real one. It keeps the recorded contract
(docs/nextcloud.md); it is no Nextcloud: store nothing of value in it.

  --state DIR                 where its state is kept (kill -9 safe)
  --admin NAME                first administrator, made at the first start
  --admin-password-file FILE  holds that administrator's password
  --host ADDRESS              address to listen on (127.0.0.1)
  --port N                    port to listen on (8080; 0: any free port)
  --tls-certificate FILE      PEM; with --tls-key it speaks HTTPS, without it plain HTTP
  --tls-key FILE              PEM
  --origin URL                how webhooks name their sender (the address it listens on)
  --cron-seconds N            how often the background job runs by itself (300; 0: only when asked by GET /cron.php)
  --webhook-authority FILE    PEM of the authority that signs the bots' HTTPS certificates
  --control-port N            test controls on 127.0.0.1 (faults, cron, bots); needs --control-token-file
  --control-token-file FILE   holds the bearer token of the controls
  --ssh-port N                SSH server with the forced-command verbs, for tests; needs the two keys
  --ssh-host-key FILE         the host's private key (OpenSSH format)
  --ssh-authorized-key FILE   the public key that may connect
  --routes                    print every route with where it is known from, and exit
  --help
`

const read = (path: string | undefined): string | undefined => (path === undefined ? undefined : readFileSync(path, 'utf8').trim())

function options(): Record<string, string | boolean | undefined> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      state: text,
      admin: text,
      'admin-password-file': text,
      host: text,
      port: text,
      'tls-certificate': text,
      'tls-key': text,
      origin: text,
      'cron-seconds': text,
      'webhook-authority': text,
      'control-port': text,
      'control-token-file': text,
      'ssh-port': text,
      'ssh-host-key': text,
      'ssh-authorized-key': text,
      routes: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  return values
}

function text(values: ReturnType<typeof options>, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

function required(values: ReturnType<typeof options>, name: string): string {
  const value = text(values, name)
  if (value === undefined || value === '') throw new Error(`starting the Nextcloud double: --${name} is missing; see --help`)
  return value
}

function count(values: ReturnType<typeof options>, name: string, fallback: number): number {
  const value = text(values, name) ?? String(fallback)
  if (!/^\d{1,7}$/.test(value)) throw new Error(`starting the Nextcloud double: --${name} must be a number, not ${value}`)
  return Number(value)
}

function tls(values: ReturnType<typeof options>): { tls?: { certificate: string; privateKey: string } } {
  const certificate = read(text(values, 'tls-certificate'))
  const privateKey = read(text(values, 'tls-key'))
  if (certificate === undefined && privateKey === undefined) return {}
  if (certificate === undefined || privateKey === undefined) {
    throw new Error('starting the Nextcloud double: --tls-certificate and --tls-key go together')
  }
  return { tls: { certificate, privateKey } }
}

function startDoubleOf(values: ReturnType<typeof options>): Promise<NextcloudDouble> {
  const origin = text(values, 'origin')
  const authority = read(text(values, 'webhook-authority'))
  return startNextcloudDouble({
    directory: required(values, 'state'),
    administrator: { username: required(values, 'admin'), password: read(required(values, 'admin-password-file')) ?? '' },
    host: text(values, 'host') ?? '127.0.0.1',
    port: count(values, 'port', 8080),
    cronIntervalMs: count(values, 'cron-seconds', 300) * 1000,
    ...tls(values),
    ...(origin === undefined ? {} : { origin }),
    ...(authority === undefined ? {} : { webhookAuthority: authority }),
    report: (error) => console.error(error),
  })
}

async function start(values: ReturnType<typeof options>): Promise<void> {
  const double = await startDoubleOf(values)
  const control = text(values, 'control-port') === undefined ? undefined : await startControlOf(values, double)
  const ssh = text(values, 'ssh-port') === undefined ? undefined : await startSshOf(values)
  console.log(
    JSON.stringify({ listening: double.origin, port: double.port, control: control?.port ?? null, ssh: ssh?.port ?? null, double: true }),
  )
  const stop = (): void => {
    void Promise.all([control?.stop(), ssh?.stop(), double.stop()])
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

function startControlOf(values: ReturnType<typeof options>, double: NextcloudDouble): ReturnType<typeof startControl> {
  return startControl(double, count(values, 'control-port', 0), read(required(values, 'control-token-file')) ?? '')
}

function startSshOf(values: ReturnType<typeof options>): ReturnType<typeof startSshServer> {
  return startSshServer({
    host: text(values, 'host') ?? '127.0.0.1',
    port: count(values, 'ssh-port', 0),
    hostKey: read(required(values, 'ssh-host-key')) ?? '',
    authorizedKey: read(required(values, 'ssh-authorized-key')) ?? '',
    directory: required(values, 'state'),
  })
}

async function main(): Promise<void> {
  const values = options()
  if (values['help']) {
    console.log(help)
    return
  }
  if (values['routes']) {
    for (const route of routes) console.log(`${route.recorded ? 'recorded  ' : 'unrecorded'} ${route.method.padEnd(10)} ${route.path}`)
    return
  }
  await start(values)
}

await main()
