const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const padding = 0x3d

/** Base64 of bytes as bytes (RFC 4648, padded): `Buffer.toString` would leave a string behind. */
export function encodeBase64(bytes: Buffer): Buffer {
  const encoded = Buffer.alloc(Math.ceil(bytes.length / 3) * 4, padding)
  for (let symbol = 0; symbol * 6 < bytes.length * 8; symbol += 1) {
    const at = (symbol * 6) >> 3
    const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    encoded.writeUInt8(alphabet.readUInt8((pair >> (10 - ((symbol * 6) & 7))) & 63), symbol)
  }
  return encoded
}
