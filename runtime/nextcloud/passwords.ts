import * as z from 'zod'
import type { Caller } from './caller.ts'
import { parseJsonAnswer } from './parse-answer.ts'

const person = z.object({ id: z.string(), name: z.string() })
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

const shareSchema = z.object({
  id: uuid,
  owner: person,
  receiver: person,
  /** The entry as the caller has it; null for a receiver until the background job has made its copy. */
  password: uuid.nullable(),
  editable: z.boolean(),
  shareable: z.boolean(),
  updatePending: z.boolean(),
  expires: z.int().nullable(),
})

const entrySchema = z.object({
  id: uuid,
  revision: uuid,
  label: z.string(),
  username: z.string(),
  password: z.string(),
  url: z.string(),
  cseType: z.string(),
  trashed: z.boolean(),
  /** Null: the caller's own entry. */
  share: shareSchema.nullable(),
  shares: z.array(shareSchema),
})

const reference = z.object({ id: uuid, revision: uuid })

export type PasswordShare = Readonly<z.output<typeof shareSchema>>
export type PasswordEntry = Readonly<z.output<typeof entrySchema>>
export type PasswordReference = Readonly<z.output<typeof reference>>

export interface NewPassword {
  readonly label: string
  readonly password: string
  readonly url?: string
  readonly username?: string
  /** SHA-1 of the password, hexadecimal: Passwords wants it for its breach check. */
  readonly hash: string
  readonly notes?: string
}

/**
 * Nextcloud Passwords, for the vault's owner (the operator). An entry is read only with its share looked up: without that, an ended
 * share still gives the plaintext until the background job runs (measured).
 */
export interface Passwords {
  readonly create: (entry: NewPassword) => Promise<PasswordReference>
  readonly update: (id: string, entry: NewPassword) => Promise<PasswordReference>
  /** Throws `not-found` at once when the share has ended. */
  readonly show: (id: string) => Promise<PasswordEntry>
  /** Ids alone, never plaintext. */
  readonly list: () => Promise<readonly PasswordReference[]>
  /** The first time moves to the trash, the second time ends the entry. */
  readonly delete: (id: string) => Promise<void>
  readonly share: (id: string, receiver: string) => Promise<string>
  readonly unshare: (shareId: string) => Promise<void>
  readonly shares: () => Promise<readonly PasswordShare[]>
}

type Ask = <Schema extends z.ZodType>(doing: string, request: string, schema: Schema, body: unknown) => Promise<z.output<Schema>>

/** `request` is like `POST password/show`; what is created is answered with 201. */
function asking(caller: Caller): Ask {
  return async (doing, request, schema, body) => {
    const [method = 'POST', path = ''] = request.split(' ')
    const response = await caller({
      doing,
      method,
      path: `/index.php/apps/passwords/api/1.0/${path}`,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      expected: [path.endsWith('/create') ? 201 : 200],
    })
    return parseJsonAnswer(doing, response, schema)
  }
}

export function createPasswords(caller: Caller): Passwords {
  const ask = asking(caller)
  const named = z.object({ id: uuid })
  return {
    create: (entry) => ask('creating a password', 'POST password/create', reference, entry),
    update: (id, entry) => ask(`updating password ${id}`, 'PATCH password/update', reference, { id, ...entry }),
    show: (id) => ask(`reading password ${id}`, 'POST password/show', entrySchema, { id, details: 'model+shares' }),
    list: () => ask('listing passwords', 'POST password/list', z.array(reference), { details: 'id' }),
    delete: async (id) => {
      await ask(`deleting password ${id}`, 'DELETE password/delete', named, { id })
    },
    share: async (id, receiver) => {
      const body = { password: id, receiver, type: 'user', editable: false, shareable: false }
      return (await ask(`sharing password ${id} with ${receiver}`, 'POST share/create', named, body)).id
    },
    unshare: async (shareId) => {
      await ask(`ending share ${shareId}`, 'DELETE share/delete', named, { id: shareId })
    },
    shares: () => ask('listing password shares', 'POST share/list', z.array(shareSchema), {}),
  }
}
