import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningProgram } from './start-program.ts'

export interface Wait {
  /** Completes the sentence "waiting for …". */
  readonly what: string
  /** True when it is there. An error counts as not yet. */
  readonly check: () => Promise<boolean>
  readonly signal: AbortSignal
  /** When one of them ends, waiting is hopeless. */
  readonly programs?: readonly RunningProgram[]
  readonly limitMs?: number
}

const everyMs = 50
/** Generous: a busy machine with cold disks. */
const defaultLimitMs = 120_000

/** Asks again and again until it is true; throws with the last error when the limit is over or a program has ended. */
export async function waitUntil({ what, check, signal, programs = [], limitMs = defaultLimitMs }: Wait): Promise<void> {
  const deadline = performance.now() + limitMs
  let last: unknown
  for (;;) {
    signal.throwIfAborted()
    const over = programs.find((program) => program.hasEnded())
    if (over) throw new Error(`waiting for ${what}: ${await over.ended}`)
    try {
      if (await check()) return
    } catch (error) {
      last = error
    }
    if (performance.now() > deadline) throw new Error(`waiting for ${what}: not there after ${limitMs / 1000} s`, { cause: last })
    await sleep(everyMs, undefined, { signal })
  }
}
