/** Every spelling of a secret that the broker promises to find, named, each with a neighbourhood that shifts its phase. */
export function spellings(secret: string): readonly (readonly [name: string, text: string])[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const jsonEscaped = Array.from(bytes, (byte) => `\\u${byte.toString(16).padStart(4, '0')}`).join('')
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const inBase64 = [0, 1, 2].flatMap((phase) => {
    const text = Buffer.concat([Buffer.alloc(phase, 'u'), bytes, Buffer.from('tail')]).toString('base64')
    return [
      [`base64 phase ${phase}`, text],
      [`base64url phase ${phase}`, text.replaceAll('+', '-').replaceAll('/', '_')],
      [`base64 phase ${phase} in lines`, text.replaceAll(/(.{7})/g, '$1\r\n')],
      [`base64 phase ${phase} percent-encoded`, text.replaceAll('+', '%2B').replaceAll('/', '%2F')],
      [`base64 phase ${phase} in JSON of PHP`, text.replaceAll('/', '\\/')],
    ] as const
  })
  return [
    ['raw', secret],
    ['hexadecimal', hex],
    ['HEXADECIMAL', hex.toUpperCase()],
    ['percent', percent],
    ['percent, upper case', percent.toUpperCase()],
    ['percent, only what needs it', encodeURIComponent(secret)],
    ['percent, twice', encodeURIComponent(percent)],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['JSON of PHP', JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')],
    ['JSON, each escaped', jsonEscaped],
    ['JSON, each escaped, upper case', jsonEscaped.replaceAll(/[a-f]/g, (letter) => letter.toUpperCase())],
    ['JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['JSON, each escaped, in JSON', jsonEscaped.replaceAll('\\', '\\\\')],
    ['half and half', `${secret.slice(0, 5)}${jsonEscaped.slice(30)}`],
    ...inBase64,
  ]
}
