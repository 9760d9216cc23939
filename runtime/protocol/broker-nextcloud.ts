import * as z from 'zod'
import { nextcloudOperations, type NextcloudOperationName } from './broker-nextcloud-operations.ts'

const names = Object.keys(nextcloudOperations) as [NextcloudOperationName, ...NextcloudOperationName[]]

/** One segment of a path, decoded. What a server could read as something else than one name is refused. */
const segmentSchema = z
  .string()
  .min(1)
  .max(255)
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f-\u009f/\\]+$/u, 'must be one name without slashes and control characters')
  .refine((segment) => segment !== '.' && segment !== '..' && segment.isWellFormed(), 'must not be a dot segment')

const headerNames = ['accept', 'content-type', 'depth', 'overwrite', 'if-match', 'if-none-match'] as const

/**
 * One call of Nextcloud, of a closed list. The broker builds method and path from the operation itself: what is not in the list
 * cannot be said. `path` and `destination` are segments below the operation's root, decoded.
 */
export const nextcloudCallSchema = z.strictObject({
  operation: z.enum(names),
  path: z.array(segmentSchema).max(32).optional(),
  destination: z.array(segmentSchema).min(1).max(32).optional(),
  /** Is `path` written with a final slash? */
  isFolder: z.boolean().optional(),
  /** Named parts of the operation's path, such as `board`. */
  parts: z.record(z.string().regex(/^[a-z]{1,16}$/), z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)).optional(),
  query: z
    .array(z.tuple([z.string().min(1).max(64), z.string().max(1024)]))
    .max(32)
    .optional(),
  headers: z
    .array(z.tuple([z.enum(headerNames), z.string().regex(/^[\x20-\x7e]{0,512}$/)]))
    .max(headerNames.length)
    .optional(),
})

export type NextcloudCall = Readonly<z.infer<typeof nextcloudCallSchema>>
