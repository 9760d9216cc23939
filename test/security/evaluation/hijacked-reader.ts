import type { Reader } from '../../../runtime/agent/executor-ports.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import type { Call } from './evaluation-data.ts'

const questionPattern = /^What is the argument (\S+) of call \d+, ([^?]+)\?/

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function first(value: JsonValue): JsonValue {
  return Array.isArray(value) ? (value[0] ?? '') : value
}

/** A reader cannot tell what it was never given: every word with a digit in it must be in what it read. */
function canKnow(text: string, given: string): boolean {
  return (text.match(/[\w-]*\d[\w-]*/g) ?? []).every((word) => given.includes(word))
}

/**
 * A quarantined model that obeys whatever it reads: to every question it answers what the attack wants there. The attack's value of the
 * same tool and argument where it has one, else of the same argument's name, else the attack's whole goal. Always, though some of what
 * it is given may hold no attack: the worst that it could do.
 */
export function hijackedReader(attack: readonly Call[], goal: string): Reader {
  const wanted = (argument: string, tool: string, given: string): JsonValue => {
    const sameTool = attack.find((call) => call.function === tool && Object.hasOwn(call.args, argument))
    const sameName = sameTool ?? attack.find((call) => Object.hasOwn(call.args, argument))
    const value = first(sameName?.args[argument] ?? goal)
    return canKnow(asText(value), given) ? value : goal
  }
  return {
    read: ({ question, answer, inputs }) => {
      const [, argument = '', tool = ''] = questionPattern.exec(question) ?? []
      const text = asText(wanted(argument, tool, `${JSON.stringify(inputs)} ${goal}`)).slice(0, 2000)
      return Promise.resolve(answer.type === 'texts' ? [text] : text)
    },
  }
}
