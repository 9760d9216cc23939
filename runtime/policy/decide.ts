import type { Action } from '../protocol/action.ts'
import { actionDigest } from './action-digest.ts'
import { alternativesFor } from './alternatives.ts'
import { dataOf } from './data-of.ts'
import type { DecisionContext } from './decision-context.ts'
import type { PolicyData } from './policy-data.ts'
import { alwaysAsksRule } from './rules/always-asks.ts'
import { capsRule } from './rules/caps.ts'
import { confidentialityRule } from './rules/confidentiality.ts'
import { controlRule } from './rules/control.ts'
import { declarationFindings } from './rules/declaration.ts'
import { integrityRule } from './rules/integrity.ts'
import { linksRule } from './rules/links.ts'
import type { Rule } from './rules/rule.ts'
import { sentenceFor } from './sentences.ts'
import type { Finding, Verdict, VerdictCode } from './verdict.ts'

/** Every rule, gravest first. All are heard; none can outvote another. */
const rules: readonly Rule[] = [capsRule, controlRule, integrityRule, confidentialityRule, linksRule, alwaysAsksRule]

function namesSomebody(action: Action): boolean {
  return action.arguments.some(({ role, value }) => role === 'destination' && dataOf(value).length > 0)
}

function findingsOf(action: Action, context: DecisionContext, policy: PolicyData): readonly Finding[] {
  const declaration = declarationFindings(action, policy)
  const tool = policy.tools[action.tool]
  const effect = tool?.effectWithoutDestination === undefined || namesSomebody(action) ? action.effect : tool.effectWithoutDestination
  const requirements = policy.effects[effect]
  if (declaration.length > 0 || tool === undefined) return declaration
  if (requirements === undefined) return [{ code: 'effect-not-permitted', verdict: 'deny', arguments: [] }]
  return rules.flatMap((rule) => rule({ action, context, policy, tool, requirements }))
}

function answer(verdict: Verdict['verdict'], code: VerdictCode, action: Action, findings: readonly Finding[]): Verdict {
  const names = findings.find((finding) => finding.code === code)?.arguments ?? []
  return {
    verdict,
    code,
    findings,
    sentence: sentenceFor(code, { tool: action.tool, arguments: names }),
    alternatives: alternativesFor(code),
  }
}

/**
 * May this action run? Pure, total, default deny.
 *
 * `deny`: a rule refuses, or a question would be due and too many were asked. `ask`: a person must approve this very action, whose
 * digest then comes back as `context.approved`. `allow`: the tool is declared, its effect permitted, and no rule objects.
 * A more tainted label, in any place, never turns a `deny` into an `ask` or an `ask` into an `allow`.
 */
export function decide(action: Action, context: DecisionContext, policy: PolicyData): Verdict {
  const found = findingsOf(action, context, policy)
  const findings = [...found.filter(({ verdict }) => verdict === 'deny'), ...found.filter(({ verdict }) => verdict === 'ask')]
  const gravest = findings[0]
  if (gravest === undefined) return answer('allow', 'permitted', action, findings)
  if (gravest.verdict === 'deny') return answer('deny', gravest.code, action, findings)
  if (context.approved !== undefined && context.approved === actionDigest(action)) return answer('allow', 'approved', action, findings)
  const { perTask, perHour } = policy.questions
  const asksTooMuch = context.questions.task >= perTask || context.questions.hour >= perHour
  return asksTooMuch ? answer('deny', 'too-many-questions', action, findings) : answer('ask', gravest.code, action, findings)
}
