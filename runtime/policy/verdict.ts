/** Everything a decision can say, in the order of the documentation. */
export const verdictCodes = [
  'permitted',
  'approved',
  'unknown-tool',
  'effect-mismatch',
  'undeclared-argument',
  'role-mismatch',
  'repeated-argument',
  'effect-not-permitted',
  'cap-of-task',
  'cap-of-day',
  'untrusted-control',
  'untrusted-destination',
  'untrusted-selector',
  'untrusted-quantity',
  'untrusted-content',
  'destination-not-a-reader',
  'above-clearance',
  'link-in-untrusted-content',
  'always-asks',
  'too-many-questions',
] as const

export type VerdictCode = (typeof verdictCodes)[number]

/** What one rule found: its code, how severe it is, and the arguments it is about. */
export interface Finding {
  readonly code: VerdictCode
  readonly verdict: 'ask' | 'deny'
  readonly arguments: readonly string[]
}

/**
 * What `decide` answers. `code` names the rule that decided, `findings` every rule that objected, gravest first.
 * `sentence` is for the person; `alternatives` are trusted hints that a planner may be given.
 */
export interface Verdict {
  readonly verdict: 'allow' | 'ask' | 'deny'
  readonly code: VerdictCode
  readonly findings: readonly Finding[]
  readonly sentence: string
  readonly alternatives: readonly string[]
}
