import type { JsonValue } from '../protocol/json-value.ts'
import type { Label } from '../protocol/label.ts'
import type { ToolPolicy } from '../policy/policy-data.ts'

/** What a call gave. A failure is an answer, not an exception: `code` is ours and trusted, `message` may hold text of others. */
export type ToolResult =
  | { readonly state: 'done'; readonly data: JsonValue; readonly label?: Label }
  | { readonly state: 'failed'; readonly code: string; readonly message: string }

/** What a tool's results are worth. */
export interface ToolOutput {
  /** Label of every result, at least: joined with the arguments' labels and with the result's own. */
  readonly label: Label
  /** Fields of a result's records that the system assigns and no author of content can choose: ids, sizes, dates of change. */
  readonly assigned: readonly string[]
}

/** The arguments of one call, evaluated. */
export type ToolArguments = Readonly<Record<string, JsonValue>>

/** One thing the agent can do: its declaration, which the policy judges by, and the doing. */
export interface Tool {
  readonly name: string
  readonly declaration: ToolPolicy
  readonly output: ToolOutput
  /** The object acted on and its state now, so that an approval is bound to it. Absent where there is none. */
  readonly object?: (given: ToolArguments, signal: AbortSignal) => Promise<{ readonly id: string; readonly etag: string } | undefined>
  /** Does it. Called only with an action that was decided on; must not throw for what the world does wrong. */
  readonly execute: (given: ToolArguments, signal: AbortSignal) => Promise<ToolResult>
}
