import type { PolicyData } from './policy-data.ts'

type Destination = PolicyData['destinations'][number]

const emailPattern = /^[^\s@]+@[^\s@]+$/

function asciiLowerCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/**
 * The listed destination that a text names: an equal one, but for the case of ASCII letters in an e-mail address.
 *
 * Nothing else is folded: a look-alike letter, a full-width form, a space or an invisible character makes another destination.
 */
export function listedDestination(destinations: PolicyData['destinations'], name: string): Destination | undefined {
  const exact = destinations.find(({ id }) => id === name)
  if (exact !== undefined || !emailPattern.test(name)) return exact
  const wanted = asciiLowerCase(name)
  return destinations.find(({ id }) => id.length === name.length && asciiLowerCase(id) === wanted)
}
