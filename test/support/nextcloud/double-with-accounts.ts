import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccount } from '../../../local/nextcloud-double/core/accounts.ts'
import { startNextcloudDouble, type NextcloudDouble } from '../../../local/nextcloud-double/start.ts'
import { createCaller, type Caller, type CallerOptions } from '../../../runtime/nextcloud/caller.ts'
import { httpSend } from './http-send.ts'

export interface DoubleWithAccounts extends NextcloudDouble {
  /** A caller with an account's password. */
  readonly as: (user: string, options?: Partial<CallerOptions>) => Caller
  readonly end: () => Promise<void>
}

const password = (user: string): string => `canary-password-of-${user}`

/** A double on loopback with an administrator `admin` and these accounts, in a folder that `end` removes. */
export async function startDoubleWithAccounts(...users: readonly string[]): Promise<DoubleWithAccounts> {
  const directory = mkdtempSync(join(tmpdir(), 'nextcloud-double-'))
  const double = await startNextcloudDouble({ directory, administrator: { username: 'admin', password: password('admin') } })
  double.world.store.transaction(() => {
    for (const id of users) createAccount(double.world, { id, password: password(id) })
  })
  const end = async (): Promise<void> => {
    await double.stop()
    rmSync(directory, { recursive: true, force: true })
  }
  const as = (user: string, options: Partial<CallerOptions> = {}): Caller =>
    createCaller({ send: httpSend(double.origin, user, password(user)), attempts: 1, ...options })
  return { ...double, as, end }
}
