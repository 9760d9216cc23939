import { createHash } from 'node:crypto'
import type { Action, ActionArgument } from '../../protocol/action.ts'
import type { ApprovalSubject } from '../../protocol/approval.ts'
import { auditLabel } from '../../protocol/audit-label.ts'
import { canonicalJson } from '../../protocol/canonical-json.ts'
import { actionDigest } from '../../policy/action-digest.ts'
import { decide } from '../../policy/decide.ts'
import type { PolicyData } from '../../policy/policy-data.ts'
import type { Verdict } from '../../policy/verdict.ts'
import type { IntentEntry } from '../audit-trail.ts'
import { Refusal } from '../refusal.ts'
import { actionProblem, type RequestFacts } from './action-binding.ts'
import type { ApprovalBook, OpenQuestion } from './approval-book.ts'
import { renderQuestion } from './render-question.ts'
import type { TaskCounts } from './task-counts.ts'

/** A call about to be made. */
export interface JudgedCall {
  readonly task: string
  readonly action: Action
  readonly room?: string | undefined
  readonly question?: { readonly kind: 'action' } | { readonly kind: 'datum'; readonly argument: string } | undefined
  readonly facts: RequestFacts
  /** Everything that will be sent but for the credential: an approval is for these bytes. */
  readonly requestDigest: string
}

export interface JudgePorts {
  readonly policy: PolicyData
  readonly counts: TaskCounts
  readonly approvals: ApprovalBook
  /** Puts a question to the people of a room. */
  readonly ask: (room: string, text: string) => Promise<void>
}

/** The broker's own judge: what the agent decided is decided again here, on what is about to be sent. */
export class Judge {
  readonly #ports: JudgePorts
  readonly #policyDigest: string

  constructor(ports: JudgePorts) {
    this.#ports = ports
    this.#policyDigest = createHash('sha256')
      .update(canonicalJson(JSON.parse(JSON.stringify(ports.policy))))
      .digest('hex')
  }

  /** Resolves with what the log is to say of the permitted call. Throws `Refusal` for one that is denied or needs a person's word. */
  async permit(call: JudgedCall): Promise<IntentEntry> {
    const { action, task, facts } = call
    const problem = actionProblem(action, facts)
    if (problem !== undefined)
      throw new Refusal({ code: problem, message: `judging ${action.tool}: the action does not describe the request (${problem})` })
    const digest = actionDigest(action)
    const isGranted = this.#ports.approvals.isGranted(digest, grantKey(call))
    const context = {
      ...this.#ports.counts.context(task),
      endorsed: [...this.#ports.approvals.endorsed(task)],
      ...(isGranted ? { approved: digest } : {}),
    }
    const verdict = decide(action, context, this.#ports.policy)
    if (verdict.verdict === 'deny') throw denied(verdict, verdict.code)
    if (verdict.verdict === 'ask') throw await this.#ask(call, verdict, digest)
    if (isGranted) this.#ports.approvals.spend(digest)
    this.#ports.counts.countCall(task, action.effect)
    return this.entry(call, verdict)
  }

  /** What the log says of a judged call. */
  entry({ action, task }: Pick<JudgedCall, 'action' | 'task'>, verdict?: Verdict): IntentEntry {
    const labels = [action.control, ...action.arguments.map(({ label }) => label)].slice(0, 64).map(auditLabel)
    return {
      session: task,
      action: actionDigest(action),
      policy: this.#policyDigest,
      labels,
      ...(verdict === undefined ? {} : { decision: verdict.verdict, rule: verdict.code }),
      ...(action.credential === undefined ? {} : { credential: action.credential }),
      highRisk: action.effect === 'destructive' || verdict?.code === 'approved',
    }
  }

  async #ask(call: JudgedCall, verdict: Verdict, digest: string): Promise<Refusal> {
    const { approvals, counts, ask } = this.#ports
    const { room, task } = call
    if (room === undefined) return denied(verdict, 'no-room-to-ask')
    const datum = datumOf(call)
    const subject: ApprovalSubject =
      datum === undefined ? { kind: 'action', action: digest } : { kind: 'datum', task, role: datum.role, value: datum.value }
    const earlier = approvals.openFor(subject, grantKey(call))
    if (earlier !== undefined) return needsApproval(verdict, earlier)
    const question = {
      action: call.action,
      sentence: verdict.sentence,
      requestBytes: call.facts.body.length,
      ...(datum === undefined ? {} : { datum }),
    }
    const render = (code: string, expiresAt: string): string => renderQuestion(question, code, expiresAt)
    const opened = approvals.open({ subject, room, task, requestDigest: grantKey(call), render })
    if (opened === undefined) return denied(verdict, 'too-many-questions')
    counts.countQuestion(task)
    return this.#put(room, opened, verdict, () => ask(room, opened.text))
  }

  async #put(room: string, opened: OpenQuestion, verdict: Verdict, send: () => Promise<void>): Promise<Refusal> {
    try {
      await send()
      return needsApproval(verdict, opened)
    } catch {
      this.#ports.approvals.withdraw(opened.code)
      return denied(verdict, 'question-not-put', `it needs a person's word, and the question could not be put in room ${room}`)
    }
  }
}

/** An approval is for one task's request: the same bytes in another task are asked about again. */
const grantKey = ({ task, requestDigest }: JudgedCall): string => `${task}:${requestDigest}`

function datumOf({ action, question }: JudgedCall): ActionArgument | undefined {
  return question?.kind === 'datum' ? action.arguments.find(({ name }) => name === question.argument) : undefined
}

function denied(verdict: Verdict, code: string, sentence = verdict.sentence): Refusal {
  return new Refusal({ code: `denied-${code}`, message: sentence.slice(0, 1024), alternatives: [...verdict.alternatives] })
}

function needsApproval(verdict: Verdict, question: { readonly code: string; readonly expiresAt: string }): Refusal {
  const { code, expiresAt } = question
  return new Refusal({ code: 'approval-needed', message: verdict.sentence.slice(0, 1024), question: { code, expiresAt } })
}
