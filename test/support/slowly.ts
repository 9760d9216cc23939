import { eventually } from './eventually.ts'

/** `eventually`, for what whole programs do in their own time on a busy machine. */
export const slowly = (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => eventually(what, condition, 60_000, 100)
