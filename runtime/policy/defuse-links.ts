import { hasLink } from './has-link.ts'

function broken(word: string): string {
  return word.replaceAll(/[.:]|\](?=\()/g, (seam) => `${seam} `)
}

/** The same text with every link broken by spaces, so that no client brings it to life and a person can still read where it led. */
export function defuseLinks(text: string): string {
  return text.replaceAll(/\S+/gu, (word) => (hasLink(word) ? broken(word) : word))
}
