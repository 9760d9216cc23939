import * as z from 'zod'
import type { Caller } from './caller.ts'
import { callOcs, pathPart } from './ocs.ts'

const accountSchema = z.object({
  id: z.string().min(1),
  /** Absent where the caller is not an administrator. */
  enabled: z.boolean().optional(),
  displayname: z.string(),
  groups: z.array(z.string()).optional(),
})

export type Account = Readonly<z.output<typeof accountSchema>>

export interface NewAccount {
  readonly userid: string
  readonly password: string
  readonly displayName?: string
  readonly groups?: readonly string[]
}

/** The provisioning interface, for administrators. */
export interface Users {
  readonly list: (search?: string) => Promise<readonly string[]>
  readonly read: (id: string) => Promise<Account>
  readonly create: (account: NewAccount) => Promise<void>
  readonly disable: (id: string) => Promise<void>
  readonly enable: (id: string) => Promise<void>
  readonly delete: (id: string) => Promise<void>
  readonly setPassword: (id: string, password: string) => Promise<void>
  readonly createGroup: (id: string) => Promise<void>
  readonly addToGroup: (id: string, group: string) => Promise<void>
}

export function createUsers(caller: Caller): Users {
  const base = '/cloud/users'
  const act = async (doing: string, method: string, path: string, body?: unknown): Promise<void> => {
    await callOcs(caller, { doing, method, path, ...(body === undefined ? {} : { body }) }, z.unknown())
  }
  const at = (id: string): string => `${base}/${pathPart(id)}`
  return {
    list: async (search) => {
      const query = search === undefined ? {} : { search }
      const call = { doing: 'listing accounts', method: 'GET', path: base, query }
      return (await callOcs(caller, call, z.object({ users: z.array(z.string()) }))).users
    },
    read: (id) => callOcs(caller, { doing: `reading account ${id}`, method: 'GET', path: at(id) }, accountSchema),
    create: (account) => act(`creating account ${account.userid}`, 'POST', base, account),
    disable: (id) => act(`disabling account ${id}`, 'PUT', `${at(id)}/disable`),
    enable: (id) => act(`enabling account ${id}`, 'PUT', `${at(id)}/enable`),
    delete: (id) => act(`deleting account ${id}`, 'DELETE', at(id)),
    setPassword: (id, password) => act(`setting the password of account ${id}`, 'PUT', at(id), { key: 'password', value: password }),
    createGroup: (id) => act(`creating group ${id}`, 'POST', '/cloud/groups', { groupid: id }),
    addToGroup: (id, group) => act(`adding account ${id} to group ${group}`, 'POST', `${at(id)}/groups`, { groupid: group }),
  }
}
