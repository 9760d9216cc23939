import { hashBytes } from '../../protocol/merkle-hash.ts'
import { MerkleFrontier } from '../merkle-frontier.ts'
import { finding, type Finding } from './finding.ts'
import type { TreeTarget } from './tree-target.ts'

/** The leaves of one segment, and what its successor's seam claims of it. */
export interface SegmentLeaves {
  readonly firstSeq: number
  readonly leaves: Buffer
  /** False when the leaves end at a damage that is reported already. */
  readonly isSound: boolean
  /** Height of a full segment's subtree. */
  readonly height: number
  /** Root of this segment by the signed seam of the next. */
  readonly claimed: Buffer | undefined
}

/**
 * Grows the RFC 6962 tree over all records and compares it with every root that somebody attests. Damage in one segment does not
 * hide what is in the next: the next one's signed seam says what the tree was.
 */
export class TreeCheck {
  readonly #targets: readonly TreeTarget[]
  readonly #findings: Finding[] = []
  #next = 0
  #tree: MerkleFrontier | undefined = new MerkleFrontier()
  #lastGood = 0
  #lastAnchored = 0
  #hasDiffered = false

  /** `targets` in ascending order of size. */
  constructor(targets: readonly TreeTarget[]) {
    this.#targets = targets
  }

  get findings(): readonly Finding[] {
    return this.#findings
  }

  /** Root over all that was fed, unless damage makes that unknowable. */
  get root(): Buffer | undefined {
    return this.#tree?.root()
  }

  segment({ firstSeq, leaves, isSound, height, claimed }: SegmentLeaves): void {
    const before = this.#tree?.copy()
    this.#hasDiffered = false
    if (firstSeq === 0) this.#compare(0, () => this.#tree?.root())
    for (let start = 0; start < leaves.length; start += hashBytes) this.#leaf(leaves.subarray(start, start + hashBytes))
    const isWhole = isSound && !this.#hasDiffered && (!claimed || leaves.length === hashBytes * 2 ** height)
    if (!isWhole) this.#continueAfter({ end: firstSeq + 2 ** height, before, height, claimed })
  }

  /** The targets beyond the end of the log. */
  beyond(): readonly TreeTarget[] {
    return this.#targets.slice(this.#next)
  }

  #leaf(leaf: Buffer): void {
    const tree = this.#tree
    if (!tree) return
    this.#compare(tree.size + 1, (last) => tree.root(last ?? leaf), leaf)
    tree.append(leaf)
  }

  #compare(size: number, rootWith: (last?: Buffer) => Buffer | undefined, leaf?: Buffer): void {
    for (let target = this.#targets[this.#next]; target?.size === size; target = this.#targets[this.#next]) {
      this.#next += 1
      if (this.#hasDiffered && target.source !== 'anchor') continue
      if (rootWith()?.equals(target.root)) this.#agrees(target)
      else this.#differs(target, rootWith, leaf)
    }
  }

  #agrees({ size, source }: TreeTarget): void {
    if (source === 'anchor') this.#lastAnchored = size
    else this.#lastGood = size
  }

  #differs(target: TreeTarget, rootWith: (last?: Buffer) => Buffer | undefined, leaf: Buffer | undefined): void {
    if (target.source === 'anchor') {
      this.#findings.push(anchorFinding(target, Math.max(this.#lastAnchored, target.vouchedSize ?? 0)))
      return
    }
    this.#hasDiffered = true
    const lastSeq = target.size - 1
    const last = target.last === undefined ? undefined : Buffer.from(target.last, 'hex')
    if (last && leaf && !last.equals(leaf) && rootWith(last)?.equals(target.root)) {
      const message = `record ${lastSeq} is altered: with the hash it had, the ${target.source} of ${target.size} records holds`
      this.#findings.push(finding('altered', { seq: lastSeq }, message))
    } else this.#findings.push(rewrittenFinding(target, this.#lastGood))
  }

  /** Roots inside the damaged segment cannot be judged. Beyond it they can, if the next seam says what the segment was. */
  #continueAfter({ end, before, height, claimed }: Continuation): void {
    if (before && claimed) before.appendSubtree(height, claimed)
    this.#tree = claimed ? before : undefined
    this.#hasDiffered = false
    while ((this.#targets[this.#next]?.size ?? end) < end) this.#next += 1
    if (this.#tree) this.#compare(end, () => this.#tree?.root())
  }
}

interface Continuation {
  readonly end: number
  readonly before: MerkleFrontier | undefined
  readonly height: number
  readonly claimed: Buffer | undefined
}

function rewrittenFinding({ size, source }: TreeTarget, from: number): Finding {
  const message = `records ${from} to ${size - 1} are not those that the ${source} of ${size} records signed: re-chained from somewhere among them`
  return finding('rewritten', { seq: from, lastSeq: size - 1 }, message)
}

function anchorFinding({ size }: TreeTarget, from: number): Finding {
  const message = `the first ${size} records are not those that were anchored: rewritten by somebody who held the log's key, or the log of a clone`
  return finding('forked', { seq: from, lastSeq: size - 1 }, message)
}
