import { Store } from './store.ts'
import type { World } from './world.ts'

export const productName = 'Nextcloud double (Moltagent): not a real Nextcloud'

/** The release whose recorded contract the double keeps. */
export const version = { full: '32.0.1.2', text: '32.0.1' }

/** Opens the state, also for programs that do not listen (the SSH verbs). */
export function openWorld(directory: string, origin: string, now: () => number = Date.now): World {
  return { store: new Store(directory), now, origin, productName }
}
