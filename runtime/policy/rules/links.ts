import { dataOf } from '../data-of.ts'
import { hasLink } from '../has-link.ts'
import { about, type Rule } from './rule.ts'

/** Untrusted text with a link does not leave without a person's word: a link is an instruction to whoever reads it. */
export const linksRule: Rule = ({ action, requirements }) => {
  if (!requirements.linksAsk) return []
  const carrying = action.arguments.filter(
    ({ role, label, value }) => role === 'content' && label.integrity === 'untrusted' && dataOf(value).some(hasLink),
  )
  return about(
    'link-in-untrusted-content',
    'ask',
    carrying.map((argument) => argument.name),
  )
}
