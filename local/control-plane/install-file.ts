import { chmod, open, rename } from 'node:fs/promises'

/** Makes the finished file `from` appear at `to` (same file system) as a program, all at once and durably. */
export async function installFile(from: string, to: string): Promise<void> {
  await chmod(from, 0o755)
  const file = await open(from, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(from, to)
}
