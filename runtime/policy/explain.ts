import type { Action } from '../protocol/action.ts'
import type { Label } from '../protocol/label.ts'
import { decide } from './decide.ts'
import type { DecisionContext } from './decision-context.ts'
import type { PolicyData } from './policy-data.ts'
import { quoteUntrusted } from './quote-untrusted.ts'
import { sentenceFor } from './sentences.ts'

function shownLabel({ integrity, sensitivity, readers, sources }: Label): string {
  const who =
    readers === 'all' ? 'anyone may read' : `readers: ${readers.map((reader) => quoteUntrusted(reader, 40)).join(', ') || 'nobody'}`
  const from = sources.length === 0 ? '' : `, from ${sources.map((source) => quoteUntrusted(source, 60)).join(', ')}`
  return `${integrity}, ${sensitivity}, ${who}${from}`
}

/** For a person at a terminal: what `decide` says about an action, which rule decided, and what each rule saw. */
export function explain(action: Action, context: DecisionContext, policy: PolicyData): string {
  const verdict = decide(action, context, policy)
  const facts = { tool: action.tool, arguments: [] as readonly string[] }
  const others = verdict.findings.map(
    (finding) => `  ${finding.verdict.padEnd(5)} ${finding.code}: ${sentenceFor(finding.code, { ...facts, arguments: finding.arguments })}`,
  )
  return [
    `${verdict.verdict}: ${verdict.code}`,
    verdict.sentence,
    '',
    `tool ${action.tool} (${action.effect}), decided by ${shownLabel(action.control)}`,
    ...action.arguments.map(
      ({ name, role, value, label }) => `  ${name} (${role}) = ${quoteUntrusted(JSON.stringify(value), 80)}: ${shownLabel(label)}`,
    ),
    '',
    others.length === 0 ? 'No rule objects.' : 'What each rule says:',
    ...others,
    ...(verdict.alternatives.length === 0 ? [] : ['', `Instead: ${verdict.alternatives.join(', ')}`]),
    '',
  ].join('\n')
}
