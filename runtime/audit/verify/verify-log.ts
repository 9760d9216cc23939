import { epochsFile } from '../file-names.ts'
import type { LogFiles } from '../log-files.ts'
import { anchorKeyFindings, beyondFindings, unmatchedFindings, unsignedFindings } from './outside-findings.ts'
import { finding, verdict } from './finding.ts'
import { locateSegments } from './locate-segments.ts'
import { readCheckpoints } from './read-checkpoints.ts'
import { readEpochs } from './read-epochs.ts'
import { TreeCheck } from './tree-check.ts'
import { treeTargets } from './tree-targets.ts'
import type { Anchor, VerifyReport } from './verify-report.ts'
import { verifySegments, type SegmentsOptions } from './verify-segments.ts'

export interface VerifyOptions extends SegmentsOptions {
  /** Heads known from outside the log. Without one, a wholly re-made or rolled-back log cannot be told from the true one. */
  readonly anchors: readonly Anchor[]
}

type ReadableFiles = Pick<LogFiles, 'names' | 'read'>

/**
 * Verifies a log from its files alone, with no secret: every record's number, link, form and clock, the RFC 6962 tree against every
 * signed checkpoint, the chain of keys, and the anchors. Reads each file once; a damaged segment twice.
 */
export async function verifyLog(files: ReadableFiles, options: VerifyOptions): Promise<VerifyReport> {
  const names = await files.names()
  if (!names.includes(epochsFile)) return noLog()
  const keys = await readEpochs(files)
  const checkpoints = await readCheckpoints(files, keys.epochs)
  const located = await locateSegments(files, keys.epochs)
  const tree = new TreeCheck(treeTargets(keys.epochs, checkpoints.targets, located.segments, options.anchors))
  const records = await verifySegments(files, located.segments, tree, options)
  const signedRecords = checkpoints.targets.reduce((most, { size }) => Math.max(most, size), 0)
  const findings = [
    ...keys.findings,
    ...checkpoints.findings,
    ...located.findings,
    ...records.findings,
    ...tree.findings,
    ...beyondFindings(tree.beyond(), records.count),
    ...anchorKeyFindings(options.anchors, keys.epochs),
    ...unsignedFindings(records.count, signedRecords),
    ...unmatchedFindings(records.intents),
  ]
  return {
    verdict: verdict(findings),
    origin: keys.epochs[0]?.origin,
    records: records.count,
    signedRecords,
    root: tree.root?.toString('base64url'),
    key: keys.epochs.at(-1)?.key,
    segments: located.segments.length,
    checkpoints: checkpoints.targets.length,
    epochs: keys.epochs.length,
    anchors: options.anchors.length,
    unmatchedIntents: records.intents.list(),
    findings,
  }
}

function noLog(): VerifyReport {
  const findings = [
    finding('altered-epoch', { file: epochsFile }, `there is no ${epochsFile}: this is no audit log, or its keys were removed`),
  ]
  const nothing = { records: 0, signedRecords: 0, segments: 0, checkpoints: 0, epochs: 0, anchors: 0, unmatchedIntents: [] }
  return { verdict: verdict(findings), origin: undefined, root: undefined, key: undefined, ...nothing, findings }
}
