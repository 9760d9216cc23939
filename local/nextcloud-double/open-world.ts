import { productName } from './identity.ts'
import { Store } from './store.ts'
import type { World } from './world.ts'

/** Opens the state, also for programs that do not listen (the SSH verbs). */
export function openWorld(directory: string, origin: string, now: () => number = Date.now): World {
  return { store: new Store(directory), now, origin, productName }
}
