import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { LogLimits } from '../../runtime/audit/log-limits.ts'
import { AuditClient } from '../../runtime/protocol/audit-client.ts'

/** The log process as it runs in the agent's machine, in a test's folder, with a socket for a broker, an agent and an operator. */
export interface AuditProcess {
  readonly child: ChildProcess
  readonly logFolder: string
  connect(who: 'broker' | 'agent' | 'operator'): Promise<AuditClient>
  /** All it has logged so far. */
  output(): string
  /** SIGTERM, then its exit code. */
  stop(): Promise<number | null>
}

const kindsOf = {
  broker: ['intent', 'outcome', 'refusal', 'approval', 'revocation', 'note'],
  agent: ['note', 'refusal'],
  operator: [],
} as const

export async function startAuditProcess(
  context: Pick<TestContext, 'after'>,
  folder: string,
  limits: Partial<LogLimits> = {},
): Promise<AuditProcess> {
  const state = join(folder, 'state')
  const sockets = Object.entries(kindsOf).map(([actor, kinds]) => ({
    path: join(folder, `${actor}.sock`),
    actor,
    kinds,
    mayErase: actor === 'operator',
  }))
  const config = join(folder, 'audit.json')
  await writeFile(config, JSON.stringify({ folder: state, origin: 'moltagent.example/process', sockets, limits }))
  const main = new URL('../../runtime/audit/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, MOLTAGENT_AUDIT_CONFIG: config },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let output = ''
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('audit log ready')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the audit process ended with ${code} before it was ready: ${output}`)))
  })
  const clients: AuditClient[] = []
  context.after(async () => {
    for (const client of clients) client.close()
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exited
  })
  await ready
  return {
    child,
    logFolder: join(state, 'log'),
    connect: async (who) => {
      const client = await AuditClient.connect(join(folder, `${who}.sock`))
      clients.push(client)
      return client
    },
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM')
      const [code] = await exited
      assert.ok(code === null || typeof code === 'number')
      return code
    },
  }
}
