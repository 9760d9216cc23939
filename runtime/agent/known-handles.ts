import type { VerdictCode } from '../policy/verdict.ts'
import type { Plan } from './plan.ts'
import type { KnownHandle, Refusal } from './planner-prompt.ts'
import type { RunReport } from './run-plan.ts'
import type { Tool } from '../tools/tool.ts'

/** Refusals that follow from the plan and the tools' declarations alone. Others depend on what was read (is it listed, has it a link). */
const tellableCodes: ReadonlySet<VerdictCode> = new Set([
  'unknown-tool',
  'effect-mismatch',
  'undeclared-argument',
  'role-mismatch',
  'repeated-argument',
  'effect-not-permitted',
])

/**
 * What a planner is told before it plans again: why, by code, and the handles of the calls before, with what their tools declare.
 *
 * All of it follows from plan and declarations: a value's own label is left out, since it tells whether a call was refused for what
 * was read. `undefined`: the run did not end in a way that another plan could mend.
 */
export function knownHandles(
  plan: Plan,
  { calls, stopped }: RunReport,
  tools: ReadonlyMap<string, Tool>,
): { readonly handles: readonly KnownHandle[]; readonly refusals: readonly Refusal[] } | undefined {
  const refused = calls.find((call) => call.state === 'refused' && tellableCodes.has(call.verdict.code))
  if (refused?.state !== 'refused' || stopped === undefined) return undefined
  const { code, alternatives } = refused.verdict
  const end = plan.steps.findIndex((step) => 'handle' in step && step.handle === stopped.at)
  const handles = plan.steps.slice(0, end === -1 ? undefined : end).flatMap((step) => {
    const tool = step.kind === 'call' ? tools.get(step.tool) : undefined
    return step.kind === 'call' && tool !== undefined ? [{ handle: step.handle, tool: step.tool, label: tool.output.label }] : []
  })
  return { handles, refusals: [{ at: stopped.at, code, alternatives }] }
}
