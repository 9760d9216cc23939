import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where the output of a pod's container is kept. */
export const containerLogPath = (
  logsFolder: string,
  pod: { readonly namespace: string; readonly name: string },
  container: string,
): string => join(logsFolder, `${pod.namespace}_${pod.name}_${container}.log`)

export interface LogReading {
  /** Only so many of the last lines; undefined: all. */
  readonly tailLines: number | undefined
  /** Goes on with what is written later, until the signal is aborted. */
  readonly follow: boolean
  readonly signal: AbortSignal
}

const followEveryMs = 200
const chunkBytes = 65_536

/** The content of a log file, a piece at a time. Rejects where there is none. */
export async function* readContainerLog(path: string, { tailLines, follow, signal }: LogReading): AsyncGenerator<Buffer> {
  const file = await open(path, 'r')
  try {
    let position = tailLines === undefined ? 0 : tailStart(await file.readFile(), tailLines)
    while (!signal.aborted) {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(chunkBytes), position })
      position += bytesRead
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead)
      else if (follow) await sleep(followEveryMs, undefined, { signal }).catch(() => undefined)
      else return
    }
  } finally {
    await file.close()
  }
}

/** Position of the first of the last lines. */
export function tailStart(content: Buffer, lines: number): number {
  if (lines <= 0) return content.length
  let position = content.length
  // The last line's own end does not begin another one.
  if (content.at(-1) === 0x0a) position -= 1
  for (let count = 0; count < lines && position >= 0; count += 1) position = position === 0 ? -1 : content.lastIndexOf(0x0a, position - 1)
  return position + 1
}
