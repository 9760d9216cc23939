import * as z from 'zod'
import type { Caller } from './caller.ts'
import { callOcs } from './ocs.ts'
import { parseJsonAnswer } from './parse-answer.ts'

const statusSchema = z.object({ installed: z.boolean(), maintenance: z.boolean(), versionstring: z.string(), productname: z.string() })
const userSchema = z.object({ id: z.string().min(1), enabled: z.boolean(), displayname: z.string(), groups: z.array(z.string()) })

export type ServerStatus = Readonly<z.output<typeof statusSchema>>
export type OwnAccount = Readonly<z.output<typeof userSchema>>

export interface Core {
  /** Needs no credential; also answers in maintenance mode. */
  readonly status: () => Promise<ServerStatus>
  readonly whoAmI: () => Promise<OwnAccount>
  /** Mints an app password; the call must carry the account's password. */
  readonly mintAppPassword: () => Promise<string>
  /** Ends the app password that the call carries. */
  readonly endAppPassword: () => Promise<void>
}

export function createCore(caller: Caller): Core {
  return {
    status: async () => {
      const doing = 'reading the server status'
      return parseJsonAnswer(doing, await caller({ doing, method: 'GET', path: '/status.php', expected: [200] }), statusSchema)
    },
    whoAmI: () => callOcs(caller, { doing: 'reading the own account', method: 'GET', path: '/cloud/user' }, userSchema),
    mintAppPassword: async () => {
      const call = { doing: 'minting an app password', method: 'GET', path: '/core/getapppassword' }
      return (await callOcs(caller, call, z.object({ apppassword: z.string().min(32) }))).apppassword
    },
    endAppPassword: async () => {
      await callOcs(caller, { doing: 'ending the app password', method: 'DELETE', path: '/core/apppassword' }, z.unknown())
    },
  }
}
