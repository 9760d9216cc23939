import { labelSourceLimit, type Integrity, type Label, type Readers, type Sensitivity } from '../protocol/label.ts'

const sensitivityRanks = { public: 0, internal: 1, sensitive: 2 } as const satisfies Record<Sensitivity, number>

/** The least label: a constant of the operator's policy, or the empty text. It changes nothing that it is joined with. */
export const leastLabel: Label = { integrity: 'trusted', sensitivity: 'public', readers: 'all', sources: [] }

/** What is known of a value nobody vouches for: untrusted, sensitive, readable by nobody. */
export function unknownLabel(source: string): Label {
  return { integrity: 'untrusted', sensitivity: 'sensitive', readers: [], sources: [source] }
}

/** Is `left` at most as sensitive as `right`? */
export function isSensitivityWithin(left: Sensitivity, right: Sensitivity): boolean {
  return sensitivityRanks[left] <= sensitivityRanks[right]
}

/** Could this user id read the value anyway? */
export function isReader(readers: Readers, who: string): boolean {
  return readers === 'all' || readers.includes(who)
}

function sortedUnique(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}

function joinIntegrity(left: Integrity, right: Integrity): Integrity {
  return left === 'trusted' ? right : left
}

function joinReaders(left: Readers, right: Readers): Label['readers'] {
  if (left === 'all') return right === 'all' ? 'all' : sortedUnique(right)
  if (right === 'all') return sortedUnique(left)
  const others = new Set(right)
  return sortedUnique(left.filter((reader) => others.has(reader)))
}

/**
 * The least label that covers both: untrusted wins, the higher sensitivity, readers that both have, all sources.
 *
 * Associative, commutative and idempotent; `leastLabel` is neutral. Past 64 sources the first in order are kept.
 */
export function joinLabels(left: Label, right: Label): Label {
  return {
    integrity: joinIntegrity(left.integrity, right.integrity),
    sensitivity: isSensitivityWithin(left.sensitivity, right.sensitivity) ? right.sensitivity : left.sensitivity,
    readers: joinReaders(left.readers, right.readers),
    sources: sortedUnique([...left.sources, ...right.sources]).slice(0, labelSourceLimit),
  }
}

/** Join of any number of labels; of none, the least. */
export function joinAll(labels: readonly Label[]): Label {
  return labels.reduce(joinLabels, leastLabel)
}

function isReadersWithin(left: Readers, right: Readers): boolean {
  if (left === 'all') return true
  return right !== 'all' && right.every((reader) => left.includes(reader))
}

/** Is `left` at most as tainted as `right`? Sources do not count. A value may be relabelled upwards only. */
export function isLabelWithin(left: Label, right: Label): boolean {
  return (
    (left.integrity === 'trusted' || right.integrity === 'untrusted') &&
    isSensitivityWithin(left.sensitivity, right.sensitivity) &&
    isReadersWithin(left.readers, right.readers)
  )
}
