/**
 * One spelling of a secret: a row of symbols, each to be found in the text as it is or behind an escape. Holds copies of the
 * secret's bytes: `wipe` when done.
 */
export interface SecretPattern {
  readonly symbols: Buffer
  /** How a symbol of the text is compared: as it is, without case, or with `-_` for `+/`. */
  readonly alphabet: 'exact' | 'hexadecimal' | 'base64'
}

const base64Alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const hexAlphabet = Buffer.from('0123456789abcdef')

function hexadecimal(secret: Buffer): SecretPattern {
  const symbols = Buffer.allocUnsafeSlow(secret.length * 2)
  secret.forEach((byte, index) => {
    symbols.writeUInt8(hexAlphabet.readUInt8(byte >> 4), index * 2)
    symbols.writeUInt8(hexAlphabet.readUInt8(byte & 15), index * 2 + 1)
  })
  return { symbols, alphabet: 'hexadecimal' }
}

/** Six bits of the secret as they stand in base64 when `phase` unknown bytes come before it. */
function sixBits(secret: Buffer, phase: number, symbol: number): number {
  let bits = 0
  for (let bit = symbol * 6; bit < symbol * 6 + 6; bit += 1) {
    const byte = secret.readUInt8((bit >> 3) - phase)
    bits = (bits << 1) | ((byte >> (7 - (bit & 7))) & 1)
  }
  return bits
}

/** The symbols of base64 that the secret alone decides, when it begins at byte `phase` of a group of three. */
function base64(secret: Buffer, phase: number): SecretPattern {
  const first = Math.ceil((phase * 8) / 6)
  const end = Math.floor(((phase + secret.length) * 8) / 6)
  const symbols = Buffer.allocUnsafeSlow(end - first)
  for (let symbol = first; symbol < end; symbol += 1) {
    symbols.writeUInt8(base64Alphabet.readUInt8(sixBits(secret, phase, symbol)), symbol - first)
  }
  return { symbols, alphabet: 'base64' }
}

/** All spellings of a secret that a peer may send back. */
export function secretPatterns(secret: Buffer): readonly SecretPattern[] {
  const symbols = Buffer.allocUnsafeSlow(secret.length)
  secret.copy(symbols)
  return [{ symbols, alphabet: 'exact' }, hexadecimal(secret), base64(secret, 0), base64(secret, 1), base64(secret, 2)]
}
