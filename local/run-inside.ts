import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import { spawnInOwnNamespaces } from './node/network/own-namespaces.ts'
import type { RunSurroundings } from './run-cluster.ts'
import type { RunOptions } from './run-options.ts'

const messageSchema = z.object({ log: z.string().optional(), ready: z.literal(true).optional(), failure: z.string().optional() })

/** `runCluster` in network, mount and process namespaces of its own: when they end, everything in them has ended. */
export async function runInside(options: RunOptions, { log, signal, onReady }: RunSurroundings): Promise<void> {
  const command = [process.execPath, join(import.meta.dirname, 'inside-main.ts'), JSON.stringify(options)]
  const child = spawnInOwnNamespaces(command, process.getuid?.() === 0, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true })
  let failure: string | undefined
  child.on('message', (raw) => {
    const message = messageSchema.parse(raw)
    if (message.log !== undefined) log(message.log)
    if (message.ready) onReady()
    failure ??= message.failure
  })
  const askToStop = (): void => {
    if (child.connected) child.send('stop')
  }
  signal.addEventListener('abort', askToStop, { once: true })
  if (signal.aborted) askToStop()
  const code = await exitCode(child)
  signal.removeEventListener('abort', askToStop)
  if (signal.aborted) return
  throw new Error(
    failure ??
      `running the local cluster in namespaces of its own: it ended with exit code ${code}; see the lines above (package iproute2 and unshare are needed)`,
  )
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`making namespaces with unshare (package util-linux): ${cause.message}`, { cause })))
    child.once('exit', resolve)
  })
}
