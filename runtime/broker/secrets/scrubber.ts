import { matchPattern } from './match-pattern.ts'
import { secretPatterns, type SecretPattern } from './secret-patterns.ts'

/** Scrubs one stream: what it returns can be shown, what it keeps may be the beginning of a secret. */
interface ScrubbedStream {
  readonly push: (chunk: Buffer) => Buffer
  readonly end: () => Buffer
}

/** Blanks secrets in every spelling of `secretPatterns` with asterisks of the same length. */
export interface Scrubber {
  readonly stream: () => ScrubbedStream
  /** Blanks a whole text in place. */
  readonly scrub: (text: Buffer) => void
  readonly contains: (text: Buffer) => boolean
  /** Zeroes the patterns: the scrubber must not be used afterwards. */
  readonly wipe: () => void
}

interface Scan {
  readonly ranges: readonly (readonly [start: number, end: number])[]
  /** First position from which a secret may go on behind the end of the text. */
  readonly cutAt: number
}

const asterisk = 0x2a
/** A secret that breaks off at the end of a body is blanked from this many symbols on, or from half of it. */
const tellingSymbols = 8

/** 1 for bytes with which a spelling of a pattern can begin. */
function firstBytes(patterns: readonly SecretPattern[]): Uint8Array {
  const table = new Uint8Array(256)
  table[0x25] = 1
  table[0x5c] = 1
  for (const { symbols, alphabet } of patterns) {
    const first = symbols[0] ?? 0
    table[first] = 1
    if (alphabet === 'hexadecimal' && first >= 0x61) table[first & ~0x20] = 1
    if (alphabet === 'base64' && first === 0x2b) table[0x2d] = 1
    if (alphabet === 'base64' && first === 0x2f) table[0x5f] = 1
  }
  return table
}

function scan(text: Buffer, patterns: readonly SecretPattern[], table: Uint8Array, isFinal: boolean): Scan {
  const ranges: [number, number][] = []
  let cutAt = text.length
  for (let at = 0; at < text.length; at += 1) {
    if (table[text[at] ?? 0] !== 1) continue
    for (const pattern of patterns) {
      const match = matchPattern(text, pattern, at)
      if (match.kind === 'whole') ranges.push([at, match.end])
      if (match.kind !== 'cut') continue
      cutAt = Math.min(cutAt, at)
      const isTelling = match.symbols >= Math.min(tellingSymbols, pattern.symbols.length / 2)
      if (isFinal && isTelling) ranges.push([at, text.length])
    }
  }
  return { ranges, cutAt: isFinal ? text.length : cutAt }
}

interface Held {
  readonly bytes: Buffer
  /** How many of `bytes` belong to a secret that was found before them. */
  readonly blank: number
}

function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

function scrubbedStream(scanText: (text: Buffer, isFinal: boolean) => Scan): ScrubbedStream {
  let held: Held = { bytes: Buffer.alloc(0), blank: 0 }

  const process = (chunk: Buffer, isFinal: boolean): Buffer => {
    const text = Buffer.concat([held.bytes, chunk])
    const { ranges, cutAt } = scanText(text, isFinal)
    const blanked = [[0, held.blank] as const, ...ranges]
    held.bytes.fill(0)
    held = { bytes: copyOf(text.subarray(cutAt)), blank: Math.max(0, ...blanked.map(([, end]) => end - cutAt)) }
    for (const [start, end] of blanked) text.fill(asterisk, Math.min(start, cutAt), Math.min(end, cutAt))
    const shown = copyOf(text.subarray(0, cutAt))
    text.fill(0)
    return shown
  }

  return { push: (chunk) => process(chunk, false), end: () => process(Buffer.alloc(0), true) }
}

/** A scrubber for `secrets`, each of at least 8 bytes: shorter ones would blank ordinary text. Keeps no reference to them. */
export function createScrubber(secrets: readonly Buffer[]): Scrubber {
  const patterns = secrets.flatMap(secretPatterns)
  const table = firstBytes(patterns)
  const scanText = (text: Buffer, isFinal: boolean): Scan => scan(text, patterns, table, isFinal)
  return {
    stream: () => scrubbedStream(scanText),
    scrub: (text) => {
      for (const [start, end] of scanText(text, true).ranges) text.fill(asterisk, start, end)
    },
    contains: (text) => scanText(text, true).ranges.length > 0,
    wipe: () => patterns.forEach(({ symbols }) => symbols.fill(0)),
  }
}
