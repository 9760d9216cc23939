import { escapedReadings } from './escaped-symbol.ts'
import type { SecretPattern } from './secret-patterns.ts'

/** What was found at one position of a text. `symbols` counts how much of the pattern stands before the text's end. */
export type PatternMatch =
  | { readonly kind: 'none' }
  | { readonly kind: 'cut'; readonly symbols: number }
  | { readonly kind: 'whole'; readonly end: number }

const none: PatternMatch = { kind: 'none' }

/** The symbol as its pattern spells it: the alphabets' equivalents made one. */
function canonical(value: number, alphabet: SecretPattern['alphabet']): number {
  if (alphabet === 'hexadecimal') return value >= 0x41 && value <= 0x46 ? value | 0x20 : value
  if (alphabet === 'base64') return value === 0x2d ? 0x2b : value === 0x5f ? 0x2f : value
  return value
}

const isLineBreak = (value: number): boolean => value === 0x0d || value === 0x0a

interface Step {
  readonly ends: ReadonlySet<number>
  readonly isCut: boolean
}

/** Positions after symbol `index` when it begins at one of `starts`. Base64 may be broken into lines. */
function step(text: Buffer, pattern: SecretPattern, index: number, starts: ReadonlySet<number>): Step {
  const wanted = pattern.symbols[index]
  const ends = new Set<number>()
  const queue = [...starts]
  let isCut = false
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const byte = text[at]
    if (byte === undefined) {
      isCut = true
      continue
    }
    const { readings, isCut: isEscapeCut } = escapedReadings(text, at)
    isCut ||= isEscapeCut
    for (const { value, length } of [{ value: byte, length: 1 }, ...readings]) {
      if (canonical(value, pattern.alphabet) === wanted) ends.add(at + length)
      else if (pattern.alphabet === 'base64' && index > 0 && isLineBreak(value)) queue.push(at + length)
    }
  }
  return { ends, isCut }
}

const isEscapeByte = (byte: number): boolean => byte === 0x25 || byte === 0x5c || isLineBreak(byte)

/** How many symbols stand there as they are, before the first that may be escaped; -1 at a mismatch. Most positions end here. */
function plainSymbols(text: Buffer, pattern: SecretPattern, at: number): number {
  const { symbols, alphabet } = pattern
  for (let index = 0; index < symbols.length; index += 1) {
    const byte = text[at + index]
    if (byte === undefined || isEscapeByte(byte)) return index
    if (canonical(byte, alphabet) !== symbols[index]) return -1
  }
  return symbols.length
}

/** Looks for a pattern that begins exactly at `at`. */
export function matchPattern(text: Buffer, pattern: SecretPattern, at: number): PatternMatch {
  const plain = plainSymbols(text, pattern, at)
  if (plain < 0) return none
  let positions: ReadonlySet<number> = new Set([at + plain])
  let cutAfter = -1
  for (let index = plain; index < pattern.symbols.length; index += 1) {
    const { ends, isCut } = step(text, pattern, index, positions)
    if (isCut) cutAfter = index
    if (ends.size === 0) return cutAfter < 0 ? none : { kind: 'cut', symbols: cutAfter }
    positions = ends
  }
  return { kind: 'whole', end: Math.max(...positions) }
}
