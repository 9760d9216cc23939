import type { Epoch } from '../epoch.ts'
import type { OpenIntents } from '../open-intents.ts'
import { finding, type Finding } from './finding.ts'
import type { TreeTarget } from './tree-target.ts'
import { epochOfAnchor } from './tree-targets.ts'
import type { Anchor } from './verify-report.ts'

const listedIntents = 64

/** Twice what a log leaves unsigned at most: 255 records and one batch. */
const unsignedLimit = 1024

/** What roots beyond the end of a log tell: the log once had more records. */
export function beyondFindings(targets: readonly TreeTarget[], records: number): readonly Finding[] {
  const anchor = targets.findLast(({ source }) => source === 'anchor')
  const own = targets.findLast(({ source }) => source !== 'anchor')
  const findings: Finding[] = []
  if (own) {
    const message = `the tail is cut: a ${own.source} was signed over ${own.size} records, ${records} are there`
    findings.push(finding('cut-tail', { seq: records, lastSeq: own.size - 1 }, message))
  }
  if (anchor) {
    const message = `the log is rolled back or cut: ${anchor.size} records were anchored, ${records} are there`
    findings.push(finding('rolled-back', { seq: records, lastSeq: anchor.size - 1 }, message))
  }
  return findings
}

/** Each anchor names a key: it must be the one of the epoch at the anchored size. */
export function anchorKeyFindings(anchors: readonly Anchor[], epochs: readonly Epoch[]): readonly Finding[] {
  if (anchors.length === 0) {
    const why = 'nothing from outside was given to compare with (--anchor): a log re-made as a whole, or an older copy, would look the same'
    return [finding('not-anchored', {}, why)]
  }
  return anchors.flatMap((anchor) => {
    const message = `the key anchored with ${anchor.size} records is not this log's key at that size: another log, a clone's, or one that was re-made`
    return epochOfAnchor(anchor, epochs) ? [] : [finding('not-anchored-key', { seq: anchor.size }, message)]
  })
}

/** Acts that were begun and whose outcome is not recorded: under way now, or lost by a crash. */
export function unmatchedFindings(intents: OpenIntents): readonly Finding[] {
  return intents
    .list()
    .slice(0, listedIntents)
    .map((seq) => finding('unmatched-intent', { seq }, `intent ${seq} has no outcome: under way, or cut off by a crash`))
}

/** More records behind the last signature than a working log leaves there. */
export function unsignedFindings(records: number, signedRecords: number): readonly Finding[] {
  const unsigned = records - signedRecords
  if (unsigned <= unsignedLimit) return []
  const message = `${unsigned} records follow the last checkpoint, a working log leaves at most ${unsignedLimit}: checkpoints were removed, or records added without a key`
  return [finding('unsigned-tail', { seq: signedRecords, lastSeq: records - 1 }, message)]
}
