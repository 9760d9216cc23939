import { open } from 'node:fs/promises'

/** Writes a private file (mode 0600) and resolves once its content is on the disk. `flags` as for `open`. */
export async function writeDurably(path: string, flags: string, content: Uint8Array): Promise<void> {
  const handle = await open(path, flags, 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Resolves once a folder's entries are on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
