import type { Action, ActionArgument } from '../../protocol/action.ts'
import type { Label } from '../../protocol/label.ts'
import { quoteUntrusted } from '../../policy/quote-untrusted.ts'

export interface Question {
  readonly action: Action
  readonly sentence: string
  readonly requestBytes: number
  /** For the other kind of question: the argument whose value would be trusted for the task. */
  readonly datum?: ActionArgument
}

const mostSources = 3

function sourcesOf(label: Label): string {
  const shown = label.sources.slice(0, mostSources).map((source) => quoteUntrusted(source, 60))
  const more = label.sources.length - shown.length
  return shown.length === 0 ? 'unknown' : `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function argumentLine({ name, role, value, label }: ActionArgument): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const size = text.length > 160 ? `, ${text.length} characters` : ''
  return `- ${role} ${name}: ${quoteUntrusted(text)} (${label.integrity}, ${label.sensitivity}${size}, from ${sourcesOf(label)})`
}

/**
 * The question as a person reads it, made from the action's own bytes alone: what, where to, how much, how far each part is trusted and where
 * it came from. Whatever others wrote is quoted and can do nothing.
 */
export function renderQuestion({ action, sentence, requestBytes, datum }: Question, code: string, expiresAt: string): string {
  const asked =
    datum === undefined ? `May I run ${action.tool} (${action.effect})?` : `May I trust this for the rest of the task, for ${action.tool}?`
  const lines = datum === undefined ? action.arguments.map(argumentLine) : [argumentLine(datum)]
  const credential = action.credential === undefined ? [] : [`- with the credential ${action.credential}`]
  const object = action.object === undefined ? [] : [`- as it is now: ${quoteUntrusted(action.object.id, 120)}`]
  return [
    asked,
    sentence,
    ...lines,
    ...credential,
    ...object,
    `- ${requestBytes} bytes would be sent`,
    `Reply to this message with "yes" or "no", or write /approve ${code} or /deny ${code}. Valid once, until ${expiresAt.slice(11, 16)} UTC.`,
  ].join('\n')
}
