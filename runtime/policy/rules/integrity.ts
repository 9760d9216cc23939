import type { ActionArgument, ArgumentRole } from '../../protocol/action.ts'
import type { JsonValue } from '../../protocol/json-value.ts'
import { dataOf } from '../data-of.ts'
import { endorsementKey } from '../endorsement-key.ts'
import { listedDestination } from '../listed-destination.ts'
import type { VerdictCode } from '../verdict.ts'
import { about, type Judged, type Rule } from './rule.ts'

const codes = {
  destination: 'untrusted-destination',
  selector: 'untrusted-selector',
  quantity: 'untrusted-quantity',
  content: 'untrusted-content',
} as const satisfies Record<ArgumentRole, VerdictCode>

function isListed(datum: JsonValue, { policy }: Judged): boolean {
  return typeof datum === 'string' && listedDestination(policy.destinations, datum) !== undefined
}

function isVouched(argument: ActionArgument, judged: Judged): boolean {
  if (argument.label.integrity === 'trusted') return true
  return dataOf(argument.value).every(
    (datum) =>
      (argument.role === 'destination' && isListed(datum, judged)) ||
      judged.context.endorsed.includes(endorsementKey(argument.role, datum)),
  )
}

/** Values in the roles that an effect names must be trusted, or a listed destination, or endorsed by a person for this task. */
export const integrityRule: Rule = (judged) =>
  judged.requirements.trustedRoles.flatMap((role) => {
    const doubtful = judged.action.arguments.filter((argument) => argument.role === role && !isVouched(argument, judged))
    return about(
      codes[role],
      'ask',
      doubtful.map((argument) => argument.name),
    )
  })
