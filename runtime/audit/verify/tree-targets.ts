import type { Epoch } from '../epoch.ts'
import type { Seam } from '../seam.ts'
import type { LocatedSegment } from './locate-segments.ts'
import type { TreeTarget } from './tree-target.ts'
import type { Anchor } from './verify-report.ts'

/** At one size what earlier keys signed is compared first. */
const sourceOrder = { epoch: 0, seam: 1, checkpoint: 2, anchor: 3 } as const

const decoded = (root: string): Buffer => Buffer.from(root, 'base64url')

/** Every root that the log's keys or somebody outside attest, in ascending order of size. */
export function treeTargets(
  epochs: readonly Epoch[],
  checkpoints: readonly TreeTarget[],
  segments: readonly LocatedSegment[],
  anchors: readonly Anchor[],
): readonly TreeTarget[] {
  const targets: readonly TreeTarget[] = [
    ...checkpoints,
    ...epochs.map(({ fromSize, root }) => ({ size: fromSize, root: decoded(root), source: 'epoch' as const })),
    ...segments.flatMap(({ seam }) => (seam ? [seamTarget(seam.seam)] : [])),
    ...anchors.map((anchor) => anchorTarget(anchor, epochs)),
  ]
  return targets.toSorted((left, right) => left.size - right.size || sourceOrder[left.source] - sourceOrder[right.source])
}

/** The epoch whose key was in force when an anchor was made, if the anchor names that key. */
export function epochOfAnchor({ size, key }: Anchor, epochs: readonly Epoch[]): Epoch | undefined {
  return epochs.find((epoch, index) => epoch.key === key && epoch.fromSize <= size && (epochs[index + 1]?.fromSize ?? size) >= size)
}

function seamTarget({ firstSeq, root, previous }: Seam): TreeTarget {
  return { size: firstSeq, root: decoded(root), source: 'seam', last: previous }
}

function anchorTarget(anchor: Anchor, epochs: readonly Epoch[]): TreeTarget {
  const vouchedSize = epochOfAnchor(anchor, epochs)?.fromSize ?? 0
  return { size: anchor.size, root: decoded(anchor.root), source: 'anchor', vouchedSize }
}
