/** What a person may be shown as it is: letters, digits and punctuation of ASCII and Latin-1 without controls. */
const plainPattern = /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u017F]$/u
const activePattern = /^[\\`*_[\]()<>@#|~]$/

function escapeCharacter(character: string): string {
  if (!plainPattern.test(character)) return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  return activePattern.test(character) ? `\\${character}` : character
}

/**
 * An untrusted text as a person may be shown it: in double quotes, at most `limit` characters, what was cut said.
 *
 * Controls, invisible, bidirectional and non-Latin characters (a Cyrillic letter looks like a Latin one) become `U+XXXX`; what
 * Markdown or Talk would bring to life is escaped; a colon followed by slashes and `www.` are broken up, so that no client makes a link.
 */
export function quoteUntrusted(text: string, limit = 160): string {
  const characters = Array.from(text)
  const shown = characters.slice(0, limit).map(escapeCharacter).join('')
  const broken = shown
    .replaceAll('"', '\\"')
    .replaceAll('://', ': //')
    .replaceAll(/\bwww\./gi, 'www .')
  return characters.length > limit ? `"${broken}" (${String(characters.length - limit)} more characters)` : `"${broken}"`
}
