import type { ApprovalAnswer, ApprovalRequest } from '../protocol/approval.ts'
import { approvalCode } from './approval-code.ts'

/** Who may answer, whose questions count, and what was answered before: the broker's own knowledge. */
export interface ApprovalAuthority {
  readonly operators: readonly string[]
  /** Talk actor of our bot, such as `bots/bot-…`: whose messages a reply must quote. */
  readonly bot: string
}

type ApprovalRefusal = 'not-an-operator' | 'unknown-question' | 'ambiguous' | 'wrong-room' | 'expired' | 'not-our-question'

/** What an answer did. `pending` is what is still open afterwards: an answered question is gone, so that it is valid once. */
export type ApprovalOutcome =
  | { readonly state: 'approved' | 'denied'; readonly request: ApprovalRequest; readonly pending: readonly ApprovalRequest[] }
  | { readonly state: 'refused'; readonly code: ApprovalRefusal; readonly pending: readonly ApprovalRequest[] }

function isMeant(request: ApprovalRequest, { by }: ApprovalAnswer): boolean {
  return by.way === 'code' ? approvalCode(request) === by.code : request.rendered === by.parentText
}

function refusalOf(request: ApprovalRequest, answer: ApprovalAnswer, authority: ApprovalAuthority): ApprovalRefusal | undefined {
  if (answer.by.way === 'reply' && answer.by.parentActor !== authority.bot) return 'not-our-question'
  if (answer.room !== request.room) return 'wrong-room'
  return Date.parse(answer.at) < Date.parse(request.expiresAt) ? undefined : 'expired'
}

/**
 * Matches a verified answer with the open questions. Pure: the caller keeps the list that comes back, and nothing else.
 *
 * An operator's answer, in the question's own room, before its expiry, by its code or as a reply to our bot's unaltered message.
 * Reactions are no answers, and none answers more than one question.
 */
export function matchApproval(pending: readonly ApprovalRequest[], answer: ApprovalAnswer, authority: ApprovalAuthority): ApprovalOutcome {
  const refused = (code: ApprovalRefusal): ApprovalOutcome => ({ state: 'refused', code, pending })
  if (!authority.operators.includes(answer.actor)) return refused('not-an-operator')
  const [request, ...others] = pending.filter((candidate) => isMeant(candidate, answer))
  if (request === undefined) return refused('unknown-question')
  if (others.length > 0) return refused('ambiguous')
  const refusal = refusalOf(request, answer, authority)
  if (refusal !== undefined) return refused(refusal)
  const rest = pending.filter((candidate) => candidate !== request)
  return { state: answer.verb === 'approve' ? 'approved' : 'denied', request, pending: rest }
}
