import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'
import { createAccount } from './core/accounts.ts'
import { faultSchema } from './faults.ts'
import type { NextcloudDouble } from './start.ts'
import { installBot } from './talk/bots.ts'
import { postAs, postAsSchema } from './talk/post-as.ts'

const accountSchema = z.strictObject({
  id: z.string().min(1),
  password: z.string().min(1),
  displayName: z.string().optional(),
  groups: z.array(z.string()).optional(),
})

const botSchema = z.strictObject({
  name: z.string().min(1),
  url: z.url(),
  secret: z.string().min(40).max(128),
  description: z.string().default(''),
})

type Command = (double: NextcloudDouble, body: unknown) => unknown

/** Test controls, none of them part of Nextcloud. */
const commands: Readonly<Record<string, Command>> = {
  'GET /faults': (double) => double.faults.list(),
  'POST /faults': (double, body) => double.faults.add(faultSchema.parse(body)),
  'DELETE /faults': (double) => double.faults.clear(),
  'POST /cron': (double) => double.runCron(),
  'POST /accounts': (double, body) => {
    const account = accountSchema.parse(body)
    double.world.store.transaction(() => createAccount(double.world, account))
  },
  'POST /bots': (double, body) => {
    const bot = botSchema.parse(body)
    return { id: double.world.store.transaction(() => installBot(double.world, bot)).id }
  },
  'POST /messages': (double, body) => {
    const { id, webhooks } = postAs(double.world, postAsSchema.parse(body))
    double.deliver(webhooks)
    return { id }
  },
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? {} : JSON.parse(text)
}

function permitted(request: IncomingMessage, token: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`))
}

async function answer(double: NextcloudDouble, token: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value ?? {}))
  }
  if (!permitted(request, token)) {
    reply(401, { message: 'the control token is missing or wrong' })
    return
  }
  const command = commands[`${request.method} ${request.url}`]
  if (!command) {
    reply(404, { message: `no such control; there are: ${Object.keys(commands).join(', ')}` })
    return
  }
  try {
    reply(200, command(double, await readJson(request)))
  } catch (error) {
    reply(400, { message: error instanceof Error ? error.message : String(error) })
  }
}

/** Listens on 127.0.0.1 for test controls that carry `token` as a bearer token. Not part of Nextcloud. */
export async function startControl(
  double: NextcloudDouble,
  port: number,
  token: string,
): Promise<{ port: number; stop: () => Promise<void> }> {
  if (token.length < 16) throw new Error('starting the test controls: the control token must have at least 16 characters')
  const server = createServer((request, response) => void answer(double, token, request, response))
  const listening = await new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { port: listening, stop }
}
