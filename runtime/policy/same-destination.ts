const emailPattern = /^[^\s@]+@[^\s@]+$/

function asciiLowerCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/**
 * Do two texts name one destination? They must be equal, but for the case of ASCII letters in an e-mail address.
 *
 * Nothing else is folded: a look-alike letter, a full-width form, a space or an invisible character makes another destination.
 */
export function isSameDestination(left: string, right: string): boolean {
  if (left === right) return true
  return emailPattern.test(left) && emailPattern.test(right) && asciiLowerCase(left) === asciiLowerCase(right)
}
