import { createHmac, timingSafeEqual } from 'node:crypto'

/** HMAC-SHA-256 of the random and the raw body, lower-case hexadecimal: Talk's signature in both directions. */
export function talkSignature(secret: Buffer, random: string, body: Buffer): string {
  return createHmac('sha256', secret).update(random).update(body).digest('hex')
}

/** Compared in constant time. */
export function isTalkSignature(secret: Buffer, random: string, body: Buffer, signature: string): boolean {
  const expected = Buffer.from(talkSignature(secret, random, body))
  const given = Buffer.from(signature.toLowerCase())
  return given.length === expected.length && timingSafeEqual(given, expected)
}
