import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where what was downloaded or built is kept for the next time. */
export function cacheFolderOf(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'moltagent')
}
