import type { ActionArgument } from '../../protocol/action.ts'
import type { JsonValue } from '../../protocol/json-value.ts'
import type { Sensitivity } from '../../protocol/label.ts'
import { dataOf } from '../data-of.ts'
import { endorsementKey } from '../endorsement-key.ts'
import { isReader, isSensitivityWithin } from '../label-lattice.ts'
import { listedDestination } from '../listed-destination.ts'
import { about, type Judged, type Rule } from './rule.ts'

/** Where a call's data goes, and the most sensitive that may go there. */
interface Recipient {
  readonly id: string
  readonly clearance: Sensitivity
}

function clearanceOf(id: string, isVouched: boolean, { policy }: Judged): Sensitivity {
  return listedDestination(policy.destinations, id)?.clearance ?? (isVouched ? policy.clearances.trusted : policy.clearances.untrusted)
}

function recipientOf(datum: JsonValue, { label }: ActionArgument, judged: Judged): Recipient {
  const id = typeof datum === 'string' ? datum : JSON.stringify(datum)
  const isVouched = label.integrity === 'trusted' || judged.context.endorsed.includes(endorsementKey('destination', datum))
  return { id, clearance: clearanceOf(id, isVouched, judged) }
}

function recipientsOf(judged: Judged): readonly Recipient[] {
  const { action, tool } = judged
  const named = action.arguments
    .filter((argument) => argument.role === 'destination')
    .flatMap((argument) => dataOf(argument.value).map((datum) => recipientOf(datum, argument, judged)))
  return tool.destination === undefined
    ? named
    : [...named, { id: tool.destination, clearance: clearanceOf(tool.destination, true, judged) }]
}

function isReadableByAll(argument: ActionArgument, recipients: readonly Recipient[]): boolean {
  const { readers } = argument.label
  return readers === 'all' || (recipients.length > 0 && recipients.every(({ id }) => isReader(readers, id)))
}

/**
 * What leaves must be readable by its destination anyway, and no more sensitive than it is cleared for. Where no destination is named,
 * the tool's own one is trusted as far as any unlisted one, and only what all may read goes there.
 */
export const confidentialityRule: Rule = (judged) => {
  if (!judged.requirements.confidential) return []
  const recipients = recipientsOf(judged)
  const limits = recipients.length === 0 ? [judged.policy.clearances.trusted] : recipients.map(({ clearance }) => clearance)
  const carried = judged.action.arguments.filter(({ role, value }) => role !== 'destination' && dataOf(value).length > 0)
  const unreadable = carried.filter((argument) => !isReadableByAll(argument, recipients))
  const tooSensitive = carried.filter(({ label }) => limits.some((limit) => !isSensitivityWithin(label.sensitivity, limit)))
  return [
    ...about(
      'destination-not-a-reader',
      'ask',
      unreadable.map(({ name }) => name),
    ),
    ...about(
      'above-clearance',
      'ask',
      tooSensitive.map(({ name }) => name),
    ),
  ]
}
