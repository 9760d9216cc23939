import type { Action } from '../../protocol/action.ts'
import type { PolicyData, ToolPolicy } from '../policy-data.ts'
import type { Finding } from '../verdict.ts'
import { about } from './rule.ts'

function hasOwn(record: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(record, name)
}

function argumentFindings(action: Action, tool: ToolPolicy): readonly Finding[] {
  const names = action.arguments.map((argument) => argument.name)
  const undeclared = names.filter((name) => !hasOwn(tool.arguments, name))
  const wrong = action.arguments.filter(({ name, role }) => hasOwn(tool.arguments, name) && tool.arguments[name] !== role)
  const repeated = names.filter((name, index) => names.indexOf(name) !== index)
  return [
    ...about('undeclared-argument', 'deny', undeclared),
    ...about(
      'role-mismatch',
      'deny',
      wrong.map((argument) => argument.name),
    ),
    ...about('repeated-argument', 'deny', repeated),
  ]
}

/** Default deny: is the action exactly what its tool declares? */
export function declarationFindings(action: Action, policy: PolicyData): readonly Finding[] {
  const tool = hasOwn(policy.tools, action.tool) ? policy.tools[action.tool] : undefined
  if (tool === undefined) return [{ code: 'unknown-tool', verdict: 'deny', arguments: [] }]
  if (tool.effect !== action.effect) return [{ code: 'effect-mismatch', verdict: 'deny', arguments: [] }]
  return argumentFindings(action, tool)
}
