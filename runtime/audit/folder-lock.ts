import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

/** A process, told apart from a later one with its number by when it started and in which boot. */
const holderSchema = z.strictObject({ pid: z.int().min(1), startTicks: z.string(), boot: z.string() })

type Holder = Readonly<z.infer<typeof holderSchema>>

async function startTicks(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // Field 22; counted after the name, which may hold spaces and brackets itself.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

async function isAlive(holder: Holder, boot: string): Promise<boolean> {
  return holder.boot === boot && (await startTicks(holder.pid)) === holder.startTicks
}

/** Removes the lock of a process that is gone, unless somebody else was faster and it is a new one by now. */
async function removeStale(path: string, stale: Holder, pid: number): Promise<void> {
  const away = `${path}.stale.${pid}`
  await rename(path, away)
  const moved = await holderOf(away)
  if (moved?.pid !== stale.pid || moved.startTicks !== stale.startTicks) await link(away, path)
  await unlink(away)
}

/**
 * Takes the lock of a log's folder for process `pid`, or throws naming the process that has it. A lock left by a process that is gone
 * is taken over. Resolves with what releases it.
 */
export async function lockFolder(folder: string, pid: number, boot: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock')
  const mine = `${path}.${pid}`
  await writeFile(mine, JSON.stringify({ pid, startTicks: (await startTicks(pid)) ?? '', boot } satisfies Holder), { mode: 0o600 })
  try {
    const holder = await holderOf(path)
    if (holder && (await isAlive(holder, boot))) throw new Error(`locking the audit log in ${folder}: process ${holder.pid} has it open`)
    if (holder) await removeStale(path, holder, pid)
    await link(mine, path)
  } finally {
    await unlink(mine)
  }
  return () => unlink(path)
}
