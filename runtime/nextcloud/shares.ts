import * as z from 'zod'
import type { Caller } from './caller.ts'
import { pathSegments } from './file-path.ts'
import { callOcs, pathPart } from './ocs.ts'

/** Kinds of receivers, as Nextcloud numbers them. */
export const shareTypes = { user: 0, group: 1, link: 3, email: 4, federated: 6, circle: 7, room: 10 } as const

const shareSchema = z.object({
  id: z.coerce.string().regex(/^\d+$/),
  share_type: z.int(),
  /** Null for a public link. */
  share_with: z.string().nullable(),
  uid_owner: z.string(),
  uid_file_owner: z.string(),
  permissions: z.int(),
  path: z.string(),
  item_type: z.string(),
  file_source: z.coerce.number(),
})

export type FileShare = Readonly<z.output<typeof shareSchema>>

/** Who can read a file besides its owner, in kinds. `everyone`: there is a public link or a receiver outside. */
export interface Readers {
  readonly users: readonly string[]
  readonly groups: readonly string[]
  readonly rooms: readonly string[]
  readonly everyone: boolean
}

export interface Shares {
  /** Shares that the account gave, of one file or folder where `path` is given. */
  readonly given: (path?: string) => Promise<readonly FileShare[]>
  readonly received: () => Promise<readonly FileShare[]>
  /** Shares a file or folder; `permissions` are Nextcloud's bits (1 read, 2 update, 4 create, 8 delete, 16 share). */
  readonly create: (path: string, receiver: { readonly type: number; readonly id: string }, permissions: number) => Promise<FileShare>
  readonly delete: (id: string) => Promise<void>
}

/** The readers that a list of shares gives. A receiver of an unknown kind counts as everyone. */
export function readersOf(shares: readonly FileShare[]): Readers {
  const named = (type: number): readonly string[] =>
    shares.flatMap((share) => (share.share_type === type && share.share_with !== null ? [share.share_with] : []))
  const known: readonly number[] = [shareTypes.user, shareTypes.group, shareTypes.room]
  return {
    users: named(shareTypes.user),
    groups: named(shareTypes.group),
    rooms: named(shareTypes.room),
    everyone: shares.some((share) => !known.includes(share.share_type)),
  }
}

export function createShares(caller: Caller): Shares {
  const base = '/apps/files_sharing/api/v1/shares'
  const list = (doing: string, query: Readonly<Record<string, string>>): Promise<readonly FileShare[]> =>
    callOcs(caller, { doing, method: 'GET', path: base, query }, z.array(shareSchema))
  return {
    given: (path) => {
      if (path === undefined) return list('listing given shares', {})
      const name = `/${pathSegments(path).join('/')}`
      return list(`listing the shares of ${name}`, { path: name, reshares: 'true' })
    },
    received: () => list('listing received shares', { shared_with_me: 'true' }),
    create: (path, receiver, permissions) => {
      const name = `/${pathSegments(path).join('/')}`
      const body = { path: name, shareType: receiver.type, shareWith: receiver.id, permissions }
      return callOcs(caller, { doing: `sharing ${name}`, method: 'POST', path: base, body }, shareSchema)
    },
    delete: async (id) => {
      await callOcs(caller, { doing: `ending share ${id}`, method: 'DELETE', path: `${base}/${pathPart(id)}` }, z.unknown())
    },
  }
}
