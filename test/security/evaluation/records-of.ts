import { parse } from 'yaml'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import { jsonValueSchema } from '../../../runtime/protocol/json-value.ts'

/** The foreign tools print YAML (a Python dictionary is nearly that): its data, or the text where it is none. */
export function recordsOf(output: string): JsonValue {
  if (!/^(?:- |\{|\[|[A-Za-z_]+:)/.test(output)) return output
  try {
    return jsonValueSchema.parse(parse(output, { schema: 'core', logLevel: 'silent' }))
  } catch {
    return output
  }
}

export type DataRecord = Readonly<Record<string, JsonValue>>

export function isRecord(data: JsonValue): data is Record<string, JsonValue> {
  return data !== null && typeof data === 'object' && !Array.isArray(data)
}
