import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again until the answer is yes. The limit is for a hang, not for a performance claim. */
export async function waitUntil(what: string, check: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain: ${what}`)
    await sleep(100)
  }
}
