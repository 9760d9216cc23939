/** A way to read one symbol of a text: its value, and the bytes that it takes. */
interface Reading {
  readonly value: number
  readonly length: number
}

export interface Readings {
  readonly readings: readonly Reading[]
  /** The text ends inside what may be an escape. */
  readonly isCut: boolean
}

const percent = 0x25
const backslash = 0x5c
const longestBackslashRun = 8
const longestPercentNesting = 4
const escapedLetters = new Map([
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
])

function nibble(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** Value of `digits` hexadecimal digits at `at`; -1 where there is another character, -2 where the text ends. */
function hexValue(text: Buffer, at: number, digits: number): number {
  let value = 0
  for (let index = 0; index < digits; index += 1) {
    if (at + index >= text.length) return -2
    const digit = nibble(text[at + index])
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** `%41`, and `%2541` where an already encoded text was encoded again. */
function percentReading(text: Buffer, at: number): Reading | 'cut' | undefined {
  let digits = at + 1
  for (let nesting = 0; nesting < longestPercentNesting && text[digits] === 0x32 && text[digits + 1] === 0x35; nesting += 1) {
    const inner = hexValue(text, digits + 2, 2)
    if (inner === -1) break
    digits += 2
  }
  const value = hexValue(text, digits, 2)
  if (value === -2) return 'cut'
  return value < 0 ? undefined : { value, length: digits + 2 - at }
}

/** A run of backslashes, then `u0041`, `x41`, a letter for a control character, or the character itself. */
function backslashReadings(text: Buffer, at: number): Readings {
  let run = 1
  while (run < longestBackslashRun && text[at + run] === backslash) run += 1
  const readings: Reading[] = []
  for (let length = 2; length <= run; length += 1) readings.push({ value: backslash, length })
  const letter = text[at + run]
  if (letter === undefined) return { readings, isCut: true }
  const digits = letter === 0x75 ? 4 : letter === 0x78 ? 2 : 0
  const value = digits > 0 ? hexValue(text, at + run + 1, digits) : (escapedLetters.get(letter) ?? letter)
  if (value >= 0) readings.push({ value, length: run + 1 + digits })
  return { readings, isCut: value === -2 }
}

const noReadings: readonly Reading[] = []

/**
 * Readings of the symbol at `at` other than the byte itself: percent-encoding and the escapes of JSON and JavaScript, also when a
 * text was escaped several times over.
 */
export function escapedReadings(text: Buffer, at: number): Readings {
  const byte = text[at]
  if (byte === percent) {
    const reading = percentReading(text, at)
    if (reading === 'cut') return { readings: noReadings, isCut: true }
    return { readings: reading === undefined ? noReadings : [reading], isCut: false }
  }
  return byte === backslash ? backslashReadings(text, at) : { readings: noReadings, isCut: false }
}
