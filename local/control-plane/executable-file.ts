import { access, constants, stat } from 'node:fs/promises'

/** Is there a file at `path` that may be run and is not empty? */
export async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    const facts = await stat(path)
    return facts.isFile() && facts.size > 0
  } catch {
    return false
  }
}
