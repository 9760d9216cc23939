import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { AppendFile, LogFiles } from './log-files.ts'
import { syncFolder } from './write-durably.ts'

const blockBytes = 1024 * 1024

async function appendAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await handle.write(bytes, written)).bytesWritten
  }
}

function appendFile(handle: FileHandle): AppendFile {
  return {
    size: async () => (await handle.stat()).size,
    append: (bytes) => appendAll(handle, bytes),
    datasync: () => handle.datasync(),
    truncate: (size) => handle.truncate(size),
    close: () => handle.close(),
  }
}

async function place(folder: string, name: string, content: Uint8Array): Promise<void> {
  const temporary = join(folder, `${name}.new`)
  const handle = await open(temporary, 'w', 0o640)
  try {
    await appendAll(handle, content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, join(folder, name))
  await syncFolder(folder)
}

/** A log's folder on the machine's disk, made when absent (mode 0750; files 0640). */
export async function nodeLogFiles(folder: string): Promise<LogFiles> {
  await mkdir(folder, { recursive: true, mode: 0o750 })
  return readableLogFiles(folder)
}

/** The same without making it: what is not there is an error. */
export function readableLogFiles(folder: string): LogFiles {
  return {
    names: () => readdir(folder),
    openAppend: async (name) => appendFile(await open(join(folder, name), 'a', 0o640)),
    read: (name, start = 0) => createReadStream(join(folder, name), { start, highWaterMark: blockBytes }),
    size: async (name) => (await stat(join(folder, name))).size,
    place: (name, content) => place(folder, name, content),
    syncFolder: () => syncFolder(folder),
  }
}
