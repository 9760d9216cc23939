import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The real log process, listening at `audit.sock` in `directory`; its log is below `audit/`. */
export interface AuditProcess {
  readonly pid: number
  readonly folder: string
  readonly log: () => string
  readonly stop: () => Promise<void>
}

const program = fileURLToPath(new URL('../../../runtime/audit/main.ts', import.meta.url))
const kinds = ['intent', 'outcome', 'refusal', 'approval', 'revocation', 'enrolment', 'note']

function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

export async function startAuditProcess(directory: string, compileCache: string): Promise<AuditProcess> {
  const socketPath = join(directory, 'audit.sock')
  const folder = join(directory, 'audit')
  const config = { folder, origin: 'moltagent.test/broker', sockets: [{ path: socketPath, actor: 'broker', kinds }] }
  await writeFile(join(directory, 'audit.json'), JSON.stringify(config))
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { MOLTAGENT_AUDIT_CONFIG: join(directory, 'audit.json'), NODE_COMPILE_CACHE: compileCache },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8')
    })
  }
  const exit = once(child, 'exit')
  for (let tries = 0; tries < 400 && !(await listens(socketPath)); tries += 1) {
    if (child.exitCode !== null) throw new Error(`the audit log did not start:\n${text}`)
    await wait(25)
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exit
  }
  return { pid: child.pid ?? 0, folder, log: () => text, stop }
}
