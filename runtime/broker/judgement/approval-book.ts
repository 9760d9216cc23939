import { createHash, randomBytes } from 'node:crypto'
import type { ApprovalAnswer, ApprovalRequest, ApprovalSubject } from '../../protocol/approval.ts'
import { approvalCode } from '../../policy/approval-code.ts'
import { endorsementKey } from '../../policy/endorsement-key.ts'
import { matchApproval, type ApprovalAuthority, type ApprovalOutcome } from '../../policy/match-approval.ts'

export interface QuestionDraft {
  readonly subject: ApprovalSubject
  readonly room: string
  readonly task: string
  /** Digest of the very request that would be sent: an approval is for those bytes. */
  readonly requestDigest: string
  /** Text for the person, given the code. */
  readonly render: (code: string, expiresAt: string) => string
}

export interface OpenQuestion {
  readonly code: string
  readonly expiresAt: string
  readonly text: string
}

interface Grant {
  readonly requestDigest: string
  readonly expiresAtMs: number
}

const mostPending = 64

/** Questions that wait for a person, and what people granted. The agent's process can neither answer nor alter one. */
export class ApprovalBook {
  readonly #now: () => Date
  readonly #validMs: number
  #pending: readonly ApprovalRequest[] = []
  readonly #drafts = new Map<string, QuestionDraft>()
  readonly #grants = new Map<string, Grant>()
  readonly #endorsed = new Map<string, Set<string>>()

  constructor(now: () => Date, validMs: number) {
    this.#now = now
    this.#validMs = validMs
  }

  /** A new question; `undefined` when too many are open. */
  open(draft: QuestionDraft): OpenQuestion | undefined {
    this.#dropExpired()
    if (this.#pending.length >= mostPending) return undefined
    const nonce = randomBytes(32).toString('base64url')
    const expiresAt = new Date(this.#now().getTime() + this.#validMs).toISOString()
    const code = approvalCode({ subject: draft.subject, nonce, expiresAt })
    const text = draft.render(code, expiresAt)
    const rendered = createHash('sha256').update(text).digest('hex')
    this.#pending = [...this.#pending, { schemaVersion: 1, subject: draft.subject, nonce, expiresAt, room: draft.room, rendered }]
    this.#drafts.set(nonce, draft)
    return { code, expiresAt, text }
  }

  /** The question could not be put: nobody can answer it. */
  withdraw(code: string): void {
    this.#keep(this.#pending.filter((request) => approvalCode(request) !== code))
  }

  answer(answer: ApprovalAnswer, authority: ApprovalAuthority): ApprovalOutcome {
    const outcome = matchApproval(this.#pending, answer, authority)
    if (outcome.state === 'approved') this.#grant(outcome.request)
    this.#keep(outcome.pending)
    return outcome
  }

  /** Was this action approved, for exactly this request, and not used yet? */
  isGranted(action: string, requestDigest: string): boolean {
    const grant = this.#grants.get(action)
    return grant !== undefined && grant.requestDigest === requestDigest && grant.expiresAtMs > this.#now().getTime()
  }

  /** An approval is valid once. */
  spend(action: string): void {
    this.#grants.delete(action)
  }

  endorsed(task: string): readonly string[] {
    return [...(this.#endorsed.get(task) ?? [])]
  }

  /** Is there already an open question about this? Then it is not asked twice. */
  openFor(subject: ApprovalSubject, requestDigest: string): { readonly code: string; readonly expiresAt: string } | undefined {
    this.#dropExpired()
    const wanted = JSON.stringify(subject)
    const isWanted = ({ nonce, ...request }: ApprovalRequest): boolean =>
      JSON.stringify(request.subject) === wanted && this.#drafts.get(nonce)?.requestDigest === requestDigest
    const request = this.#pending.find(isWanted)
    return request === undefined ? undefined : { code: approvalCode(request), expiresAt: request.expiresAt }
  }

  pendingCodes(): readonly string[] {
    this.#dropExpired()
    return this.#pending.map(approvalCode)
  }

  #grant(request: ApprovalRequest): void {
    const draft = this.#drafts.get(request.nonce)
    if (draft === undefined) return
    const { subject } = request
    if (subject.kind === 'action') {
      this.#grants.set(subject.action, { requestDigest: draft.requestDigest, expiresAtMs: Date.parse(request.expiresAt) })
      return
    }
    const endorsed = this.#endorsed.get(subject.task) ?? new Set()
    this.#endorsed.set(subject.task, endorsed.add(endorsementKey(subject.role, subject.value)))
  }

  #dropExpired(): void {
    const nowMs = this.#now().getTime()
    this.#keep(this.#pending.filter(({ expiresAt }) => Date.parse(expiresAt) > nowMs))
  }

  #keep(pending: readonly ApprovalRequest[]): void {
    const kept = new Set(pending.map(({ nonce }) => nonce))
    for (const nonce of this.#drafts.keys()) if (!kept.has(nonce)) this.#drafts.delete(nonce)
    this.#pending = pending
  }
}
