import { davFailure, Refusal, unrecorded } from '../answer.ts'
import type { World } from '../world.ts'
import { reach, type Reached } from './mounts.ts'

export function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '')
}

/** Somewhere a file may be, free or taken. */
export interface Place {
  readonly segments: readonly string[]
  readonly name: string
  readonly parent: Reached
  readonly reached: Reached | undefined
}

export function forbidden(message = ''): never {
  throw new Refusal(unrecorded(davFailure(403, 'Sabre\\DAV\\Exception\\Forbidden', message)))
}

/** A place to write to: its parent must exist and be a folder. */
export function placeOf(world: World, userId: string, segments: readonly string[]): Place {
  const name = segments.at(-1)
  if (name === undefined) forbidden('the top folder cannot be replaced')
  const parent = reach(world, userId, segments.slice(0, -1))
  if (!parent?.node.folder) {
    throw new Refusal(unrecorded(davFailure(409, 'Sabre\\DAV\\Exception\\Conflict', 'Parent node does not exist')))
  }
  return { segments, name, parent, reached: reach(world, userId, segments) }
}

export function requirePermission(permissions: number, bit: number): void {
  if ((permissions & bit) === 0) forbidden()
}
