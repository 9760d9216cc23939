import type { Action, ArgumentRole } from '../protocol/action.ts'
import type { JsonValue } from '../protocol/json-value.ts'
import type { PolicyData } from '../policy/policy-data.ts'
import type { Verdict } from '../policy/verdict.ts'
import type { Tool, ToolResult } from '../tools/tool.ts'
import type { AnswerType } from './answer-type.ts'

/** What a person is asked: this one action, or whether some data may be trusted in one role for the rest of the task. */
export type Question =
  | { readonly kind: 'action'; readonly action: Action; readonly verdict: Verdict }
  | {
      readonly kind: 'datum'
      readonly action: Action
      readonly verdict: Verdict
      readonly role: ArgumentRole
      readonly data: readonly JsonValue[]
    }

/** The quarantined model: sees data of others, holds no tool. Its answer is checked against `answer` again. */
export interface Reader {
  readonly read: (request: {
    readonly question: string
    readonly inputs: readonly JsonValue[]
    readonly answer: AnswerType
  }) => Promise<unknown>
}

/** What goes to the audit log: the intent before a call, its outcome after. */
export type CallEvent =
  | { readonly kind: 'refusal'; readonly action: Action; readonly verdict: Verdict }
  | { readonly kind: 'intent'; readonly action: Action; readonly verdict: Verdict }
  | { readonly kind: 'outcome'; readonly action: Action; readonly result: ToolResult }

/** Everything the executor may reach. */
export interface ExecutorPorts {
  readonly tools: ReadonlyMap<string, Tool>
  readonly policy: PolicyData
  readonly reader: Reader
  /** Puts a question to an operator and waits; anything but `approved` is a no. */
  readonly ask: (question: Question) => Promise<'approved' | 'denied' | 'expired'>
  /** Durable before it resolves. When it fails, the call is not made. */
  readonly record: (event: CallEvent) => Promise<void>
  readonly signal: AbortSignal
}

/** Bounds of one run. */
export interface ExecutorLimits {
  /** Steps carried out, repetitions counted. */
  readonly steps: number
  /** Bits by which answers of bounded form may choose between branches before their label reaches what they decide. */
  readonly steeringBits: number
  /** `stop` ends the run at the first call that may not be made; `skip` leaves it out and goes on, to see what else would happen. */
  readonly afterRefusal: 'stop' | 'skip'
}

export const defaultExecutorLimits: ExecutorLimits = { steps: 200, steeringBits: 64, afterRefusal: 'stop' }
