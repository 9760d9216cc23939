import { createHash, randomBytes } from 'node:crypto'
import type { Store } from './store.ts'

/** What handlers may touch. `origin` has no final slash and is what webhooks name as their backend. */
export interface World {
  readonly store: Store
  readonly now: () => number
  readonly origin: string
  readonly productName: string
}

export function seconds(world: World): number {
  return Math.floor(world.now() / 1000)
}

const alphabets = {
  room: 'abcdefghijkmnopqrstwxyz23456789',
  appPassword: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  hex: '0123456789abcdef',
} as const

/** Random text over one of Nextcloud's alphabets, without bias. */
export function randomText(length: number, alphabet: keyof typeof alphabets): string {
  const letters = alphabets[alphabet]
  const limit = 256 - (256 % letters.length)
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < limit && text.length < length) text += letters[byte % letters.length]
    }
  }
  return text
}

export function digest(algorithm: 'md5' | 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex')
}
