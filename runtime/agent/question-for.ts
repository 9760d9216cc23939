import type { Action, ActionArgument } from '../protocol/action.ts'
import type { JsonValue } from '../protocol/json-value.ts'
import { canonicalJson } from '../protocol/canonical-json.ts'
import { dataOf } from '../policy/data-of.ts'
import { decide } from '../policy/decide.ts'
import type { DecisionContext } from '../policy/decision-context.ts'
import type { PolicyData } from '../policy/policy-data.ts'
import type { Verdict, VerdictCode } from '../policy/verdict.ts'
import type { Question } from './executor-ports.ts'
import { withEndorsed } from './task-memory.ts'

/** A question shows at most so many data at once: more, and nobody reads them. */
const mostDataInQuestion = 8

const datumCodes: ReadonlySet<VerdictCode> = new Set(['untrusted-destination', 'untrusted-selector', 'untrusted-quantity'])

function doubtfulArguments(action: Action, verdict: Verdict): readonly ActionArgument[] {
  const names = new Set(verdict.findings.filter(({ code }) => datumCodes.has(code)).flatMap((finding) => finding.arguments))
  return action.arguments.filter(({ name }) => names.has(name))
}

function distinct(data: readonly JsonValue[]): readonly JsonValue[] {
  return [...new Map(data.map((datum) => [canonicalJson(datum), datum])).values()]
}

/** What a question about an action is asked in: what has happened, by which policy, and what else its loop will need in an argument. */
export interface Asking {
  readonly context: DecisionContext
  readonly policy: PolicyData
  readonly siblings: (argument: string) => readonly JsonValue[]
}

/**
 * The question that spares the most others. Where trusting the data of one argument would let the action run, that is asked, with the
 * data that the same loop needs later; otherwise the action itself.
 */
export function questionFor(action: Action, verdict: Verdict, { context, policy, siblings }: Asking): Question {
  const [argument, ...others] = doubtfulArguments(action, verdict)
  if (argument === undefined || others.length > 0) return { kind: 'action', action, verdict }
  const own = dataOf(argument.value)
  if (decide(action, withEndorsed(context, argument.role, own), policy).verdict !== 'allow') return { kind: 'action', action, verdict }
  const all = distinct([...own, ...siblings(argument.name)])
  const data = all.length <= mostDataInQuestion ? all : own
  return { kind: 'datum', action, verdict, role: argument.role, data }
}
