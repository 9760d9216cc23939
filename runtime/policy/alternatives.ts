import type { VerdictCode } from './verdict.ts'

const alternatives: Readonly<Record<VerdictCode, readonly string[]>> = {
  permitted: [],
  approved: [],
  'unknown-tool': ['use-a-declared-tool'],
  'effect-mismatch': ['use-a-declared-tool'],
  'undeclared-argument': ['leave-the-argument-out'],
  'role-mismatch': ['use-a-declared-tool'],
  'repeated-argument': ['name-each-argument-once'],
  'effect-not-permitted': ['answer-without-acting'],
  'cap-of-task': ['do-fewer-calls', 'start-a-new-task'],
  'cap-of-day': ['do-fewer-calls', 'wait-until-tomorrow'],
  'untrusted-control': ['ask-the-person-to-request-it', 'only-read'],
  'untrusted-destination': ['use-a-listed-destination', 'ask-the-person-to-name-it'],
  'untrusted-selector': ['select-by-the-person-s-own-words', 'ask-the-person-to-name-it'],
  'untrusted-quantity': ['ask-the-person-to-name-it'],
  'untrusted-content': ['use-the-person-s-own-words'],
  'destination-not-a-reader': ['send-less', 'use-a-destination-that-can-read-it'],
  'above-clearance': ['send-less', 'use-a-listed-destination'],
  'link-in-untrusted-content': ['leave-links-out'],
  'always-asks': [],
  'too-many-questions': ['start-a-new-task', 'answer-without-acting'],
}

/** Trusted hints for a planner: what to try instead of a call that was not permitted. They hold nothing of the call itself. */
export function alternativesFor(code: VerdictCode): readonly string[] {
  return alternatives[code]
}
