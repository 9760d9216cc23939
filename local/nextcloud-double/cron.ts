import { synchronizeShares } from './passwords/synchronize-shares.ts'
import { seconds, type World } from './world.ts'

/** Nextcloud's background jobs, as far as others can see them: Passwords' shares reach and leave their receivers here. */
export function runCron(world: World): void {
  world.store.transaction(() => {
    synchronizeShares(world)
    world.store.put('setting', 'lastcron', { value: String(seconds(world)) })
  })
}
