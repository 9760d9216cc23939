import type { Rule } from './rule.ts'

/** Untrusted text must not decide that a call with consequences is made. */
export const controlRule: Rule = ({ action, requirements }) =>
  requirements.trustedControl && action.control.integrity === 'untrusted'
    ? [{ code: 'untrusted-control', verdict: 'ask', arguments: [] }]
    : []
