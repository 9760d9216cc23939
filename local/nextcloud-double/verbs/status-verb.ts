import type { VerbRequest, VerbResponse } from '../../../operator/provision/verbs.ts'
import { version } from '../identity.ts'
import type { World } from '../world.ts'
import { botStatus } from './bot-verb.ts'

type Entry = VerbResponse<'status'>['entries'][number]

function entryStatus(world: World, receiver: string, wanted: VerbRequest<'status'>['entries'][number]): Entry {
  const entry = world.store.get('password', wanted.id)
  if (!entry || entry.userId !== wanted.owner) return { id: wanted.id, state: 'gone', receiverEntry: null }
  const share = world.store.list('password-share').find((one) => one.sourceId === entry.id && one.receiverId === receiver)
  if (!share) return { id: wanted.id, state: entry.trashed ? 'trashed' : 'unshared', receiverEntry: null }
  if (entry.trashed) return { id: wanted.id, state: 'trashed', receiverEntry: share.targetId }
  return { id: wanted.id, state: share.targetId === null ? 'pending' : 'shared', receiverEntry: share.targetId }
}

function instant(seconds: string | undefined): string | null {
  return seconds === undefined ? null : new Date(Number(seconds) * 1000).toISOString()
}

export function statusVerb(world: World, request: VerbRequest<'status'>): VerbResponse<'status'> {
  const user = world.store.get('user', request.account)
  const tokens = world.store.list('token').filter((token) => token.userId === request.account).length
  return {
    version: version.text,
    double: true,
    lastCron: instant(world.store.get('setting', 'lastcron')?.value),
    account: { exists: user !== undefined, enabled: user?.enabled ?? false, tokens },
    bot: request.botUrl === undefined ? null : botStatus(world, request.botUrl),
    entries: request.entries.map((entry) => entryStatus(world, request.account, entry)),
  }
}
