import * as z from 'zod'

const person = z.object({ uid: z.string(), displayname: z.string() })
const label = z.object({ id: z.int(), title: z.string(), color: z.string() })

/** PHP sends what is nothing as null here and as nothing at all there. */
const list = <Value extends z.ZodType>(value: Value) =>
  z
    .array(value)
    .nullish()
    .transform((values) => values ?? [])

export const cardSchema = z.object({
  id: z.int(),
  title: z.string(),
  description: z.string().nullable(),
  stackId: z.int(),
  order: z.int(),
  labels: list(label),
  assignedUsers: list(z.object({ participant: person })),
  owner: person.nullish(),
  archived: z.boolean(),
  duedate: z.string().nullable(),
  lastModified: z.int(),
  ETag: z.string().optional(),
})

export const stackSchema = z.object({ id: z.int(), title: z.string(), boardId: z.int(), order: z.int(), cards: list(cardSchema) })

export const boardSchema = z.object({
  id: z.int(),
  title: z.string(),
  owner: person,
  archived: z.boolean(),
  labels: list(label),
  acl: list(z.object({ participant: person, permissionEdit: z.boolean() })),
  permissions: z.object({ PERMISSION_READ: z.boolean(), PERMISSION_EDIT: z.boolean(), PERMISSION_SHARE: z.boolean() }),
})

export const commentSchema = z.object({
  id: z.int(),
  objectId: z.int(),
  message: z.string(),
  actorId: z.string(),
  actorType: z.string(),
  creationDateTime: z.string(),
})

export type Card = Readonly<z.output<typeof cardSchema>>
export type Stack = Readonly<z.output<typeof stackSchema>>
export type Board = Readonly<z.output<typeof boardSchema>>
export type CardComment = Readonly<z.output<typeof commentSchema>>
