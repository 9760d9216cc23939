import type { Label } from '../protocol/label.ts'
import { joinAll } from '../policy/label-lattice.ts'
import type { ToolPolicy } from '../policy/policy-data.ts'
import type { VerdictCode } from '../policy/verdict.ts'

/** A text that the planner may see, with its label: an operator's message, or our own system text. */
export interface TrustedText {
  readonly text: string
  readonly label: Label
}

/** A tool as the planner sees it. */
export interface PlannerTool {
  readonly name: string
  readonly description: string
  readonly declaration: ToolPolicy
  /** Fields of its results' records that the system assigns. */
  readonly assigned: readonly string[]
}

/** What an earlier plan of the task left behind: never its data, nor how much of it. */
export interface KnownHandle {
  readonly handle: string
  readonly tool: string
  readonly label: Label
}

/** Why the last plan did not go through: our own codes. */
export interface Refusal {
  readonly at: string
  readonly code: VerdictCode
  readonly alternatives: readonly string[]
}

/** All that a planner's prompt is made of. There is no place in it for a value. */
export interface PlannerRequest {
  readonly instructions: string
  readonly messages: readonly TrustedText[]
  readonly tools: readonly PlannerTool[]
  readonly handles: readonly KnownHandle[]
  readonly refusals: readonly Refusal[]
}

function shownTool({ name, description, declaration, assigned }: PlannerTool): string {
  const roles = Object.entries(declaration.arguments).map(([argument, role]) => `${argument}: ${role}`)
  const fields = assigned.length === 0 ? '' : ` Assigned fields: ${assigned.join(', ')}.`
  return `- ${name}(${roles.join(', ')}) [${declaration.effect}]: ${description}${fields}`
}

function shownHandle({ handle, tool, label }: KnownHandle): string {
  return `- $${handle}: result of ${tool}, ${label.integrity}, ${label.sensitivity}`
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n# ${title}\n${lines.join('\n')}\n`
}

/**
 * The planner's prompt and its label: the join of the texts in it. Handles are named with their tool and label, never with data or size,
 * so the prompt is the same, byte for byte, whatever was read. Throws when a text is untrusted and the conversation was not opened.
 */
export function plannerPrompt(request: PlannerRequest, opened = false): TrustedText {
  const label = joinAll(request.messages.map((message) => message.label))
  if (label.integrity === 'untrusted' && !opened) {
    throw new Error('building the planner’s prompt: a text in it is untrusted; a person may open it to the planner')
  }
  const text = [
    `${request.instructions}\n`,
    section('Tools', request.tools.map(shownTool)),
    section('Handles', request.handles.map(shownHandle)),
    section(
      'Refused before',
      request.refusals.map(
        ({ at, code, alternatives }) => `- step ${at}: ${code}${alternatives.length === 0 ? '' : `; instead: ${alternatives.join(', ')}`}`,
      ),
    ),
    section(
      'Request',
      request.messages.map((message) => message.text),
    ),
  ].join('')
  return { text, label }
}
