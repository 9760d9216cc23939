import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  readonly path: string
  remove(): Promise<void>
}

/** Waits until its standard input ends, that is until this process has ended, then removes; again where a dying process still wrote. */
const removeWhenOrphaned = 'cat >/dev/null; for attempt in 1 2 3 4 5; do rm -rf -- "$1" 2>/dev/null && exit; sleep 1; done'

/** A folder of this process alone, that is removed even if this process is killed. */
export async function createTemporaryFolder(prefix: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), prefix))
  const janitor = spawn('sh', ['-c', removeWhenOrphaned, 'sh', path], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = new Promise<void>((resolve) => janitor.once('close', () => resolve()))
  janitor.unref()
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 })
      janitor.ref()
      janitor.stdin.end()
      await ended
    },
  }
}
