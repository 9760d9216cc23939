import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccount } from '../../../local/nextcloud-double/core/accounts.ts'
import { makeFolder, rootOf, writeFile } from '../../../local/nextcloud-double/files/tree.ts'
import { startNextcloudDouble, type NextcloudDouble } from '../../../local/nextcloud-double/start.ts'
import { padded } from '../../../local/nextcloud-double/padded.ts'
import { installBot } from '../../../local/nextcloud-double/talk/bots.ts'
import { basic } from './replay.ts'
import { recorded, recordedBotSecret } from './recordings.ts'

export const passwords = { admin: 'canary-admin-password', alice2: 'canary-alice-password', moltagent2: 'canary-agent-password' }

export const credentials = {
  admin: basic('admin', passwords.admin),
  alice: basic('alice2', passwords.alice2),
  agent: basic('moltagent2', passwords.moltagent2),
}

function seedPasswords({ world }: NextcloudDouble): void {
  const id = '827ee5d3-a7a4-4e85-b6fb-0394a0043785'
  const texts = { label: 'old', username: '', password: 'sk-canary-old', notes: '', customFields: '', url: '', hash: '', folder: '' }
  const flags = { hasShares: false, editable: false, hidden: false, trashed: false, favorite: false }
  const times = { created: 1795399000, updated: 1795399000, edited: 1795399000 }
  const share = 'ffffffff-0000-4000-8000-000000000000'
  const rest = { userId: 'moltagent2', shareId: share, client: 'CLIENT::CRON', cseKey: '', cseType: 'none' }
  world.store.put('password', id, { id, revision: '571863f6-2acb-4cf8-945c-f08978dba319', ...texts, ...flags, ...times, ...rest })
}

function seedCalendar({ world }: NextcloudDouble): void {
  const labels = [1, 2, 3, 4].map((id) => ({ id, title: `label ${id}`, color: '31CC7C' }))
  const board = { id: 1, title: 'Work', color: '0082c9', ownerId: 'moltagent2', archived: false, labels, acl: [], deletedAt: 0 }
  world.store.put('board', padded(1), { ...board, lastModified: 1795399388 })
  const data = recorded('calendar', 'put event').request.body ?? ''
  const event = { name: 'fixture-1.ics', data, etag: '"4505240dedc8cf85da721e3e280b703f"', modified: 1795399400 }
  world.store.put('object', 'calendars/moltagent2/personal/fixture-1.ics', event)
}

/** A double in the state that the real Nextcloud had when the recordings began: same accounts, same next numbers, same leftovers. */
export async function startRecordedWorld(botUrl: string): Promise<NextcloudDouble & { readonly end: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'nextcloud-double-'))
  const double = await startNextcloudDouble({ directory, administrator: { username: 'admin', password: passwords.admin } })
  const { store } = double.world
  store.transaction(() => {
    createAccount(double.world, { id: 'alice2', password: passwords.alice2 })
    createAccount(double.world, { id: 'moltagent2', password: passwords.moltagent2 })
    installBot(double.world, { name: 'Moltagent', url: botUrl, secret: recordedBotSecret, description: 'AI assistant' })
    for (const [name, last] of Object.entries({
      room: 2,
      attendee: 3,
      comment: 8,
      file: 100,
      board: 1,
      'deck-label': 4,
      stack: 1,
      card: 1,
    })) {
      store.setSequence(name, last)
    }
    seedPasswords(double)
    seedCalendar(double)
    const root = rootOf(double.world, 'moltagent2')
    store.setSequence('file', 584)
    writeFile(double.world, makeFolder(double.world, root, 'Moltagent'), 'notes.md', Buffer.from('old\n'))
  })
  const end = async (): Promise<void> => {
    await double.stop()
    rmSync(directory, { recursive: true, force: true })
  }
  return { ...double, end }
}
