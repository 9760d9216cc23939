const simpleEscapes = new Map([
  [0x22, 0x22],
  [0x5c, 0x5c],
  [0x2f, 0x2f],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
])

function codeUnit(text: Buffer, at: number): number {
  let value = 0
  for (let index = at; index < at + 4; index += 1) {
    const byte = text[index] ?? 0
    const letter = byte | 0x20
    const isDigit = byte >= 0x30 && byte <= 0x39
    if (!isDigit && !(letter >= 0x61 && letter <= 0x66)) return -1
    value = value * 16 + (isDigit ? byte - 0x30 : letter - 0x57)
  }
  return value
}

/** Code point of `\uXXXX` at `at` (behind the `u`), with its low surrogate if it has one; -1 if malformed. */
function codePoint(text: Buffer, at: number): { readonly value: number; readonly length: number } {
  const high = codeUnit(text, at)
  const isHigh = high >= 0xd800 && high <= 0xdbff
  if (high < 0 || (high >= 0xdc00 && high <= 0xdfff)) return { value: -1, length: 4 }
  if (!isHigh) return { value: high, length: 4 }
  const low = text[at + 4] === 0x5c && text[at + 5] === 0x75 ? codeUnit(text, at + 6) : -1
  if (low < 0xdc00 || low > 0xdfff) return { value: -1, length: 4 }
  return { value: 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), length: 10 }
}

function writeUtf8(target: Buffer, at: number, value: number): number {
  if (value < 0x80) return target.writeUInt8(value, at)
  if (value < 0x800) {
    target.writeUInt8(0xc0 | (value >> 6), at)
    return target.writeUInt8(0x80 | (value & 63), at + 1)
  }
  if (value < 0x10000) {
    target.writeUInt8(0xe0 | (value >> 12), at)
    target.writeUInt8(0x80 | ((value >> 6) & 63), at + 1)
    return target.writeUInt8(0x80 | (value & 63), at + 2)
  }
  target.writeUInt8(0xf0 | (value >> 18), at)
  target.writeUInt8(0x80 | ((value >> 12) & 63), at + 1)
  target.writeUInt8(0x80 | ((value >> 6) & 63), at + 2)
  return target.writeUInt8(0x80 | (value & 63), at + 3)
}

/** UTF-8 bytes of what stands between the quotes of a JSON string; `undefined` if an escape is malformed. No string is made. */
export function unescapeJsonString(text: Buffer): Buffer | undefined {
  const scratch = Buffer.alloc(text.length)
  let length = 0
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] ?? 0
    if (byte !== 0x5c) {
      length = scratch.writeUInt8(byte, length)
      continue
    }
    at += 1
    const simple = simpleEscapes.get(text[at] ?? 0)
    const point =
      simple !== undefined ? { value: simple, length: 0 } : text[at] === 0x75 ? codePoint(text, at + 1) : { value: -1, length: 0 }
    if (point.value < 0) {
      scratch.fill(0)
      return undefined
    }
    length = writeUtf8(scratch, length, point.value)
    at += point.length
  }
  const value = Buffer.allocUnsafeSlow(length)
  scratch.copy(value, 0, 0, length)
  scratch.fill(0)
  return value
}
