import type { Label } from '../protocol/label.ts'

/** Matters that stay with the local model whatever their label says. */
export const localTopics = ['credentials', 'staff', 'health', 'money', 'law'] as const
type LocalTopic = (typeof localTopics)[number]

/**
 * What a model is wanted for. `plan`: trusted text in, a plan out. `read`: the quarantined model reads untrusted text.
 * `classify`: the bounded class of a trusted text, before anybody else sees it. `opened`: a person opened untrusted text to the planner.
 */
export type ModelOperation =
  | { readonly purpose: 'plan'; readonly topics: readonly LocalTopic[]; readonly opened: boolean }
  | { readonly purpose: 'read' | 'classify' }

/** Which model may see a prompt: the local one alone, the configured planner, or none. */
export type Route =
  | { readonly model: 'local'; readonly code: 'quarantined' | 'sensitive' | 'local-topic' }
  | { readonly model: 'planner'; readonly code: 'permitted' }
  | { readonly model: 'none'; readonly code: 'untrusted-prompt' }

/**
 * Decides on labels, before a prompt is built, which model may see it. `label` is the join of everything that the prompt will hold.
 *
 * When the local model is the answer and it does not run, the caller waits or refuses: there is no second choice.
 */
export function route(label: Label, operation: ModelOperation): Route {
  if (operation.purpose !== 'plan') return { model: 'local', code: 'quarantined' }
  if (label.integrity === 'untrusted' && !operation.opened) return { model: 'none', code: 'untrusted-prompt' }
  if (label.sensitivity === 'sensitive') return { model: 'local', code: 'sensitive' }
  if (operation.topics.length > 0) return { model: 'local', code: 'local-topic' }
  return { model: 'planner', code: 'permitted' }
}
