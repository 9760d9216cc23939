import { leftSize } from '../protocol/merkle-hash.ts'

/** Root over the leaves [start, end), as RFC 6962 splits them. */
export type RangeRoot = (start: number, end: number) => Promise<Buffer>

/** RFC 6962, section 2.1.2: what leads from the root over `from` leaves to the root over `to`. Empty for none or all of them. */
export async function consistencyProof(root: RangeRoot, from: number, to: number): Promise<readonly Buffer[]> {
  if (from === 0 || from === to) return []
  const proof: Buffer[] = []
  let [start, end, isWholeOld] = [0, to, true]
  const siblings: { readonly start: number; readonly end: number }[] = []
  while (from !== end) {
    const middle = start + leftSize(end - start)
    if (from <= middle) {
      siblings.push({ start: middle, end })
      end = middle
    } else {
      siblings.push({ start, end: middle })
      start = middle
      isWholeOld = false
    }
  }
  if (!isWholeOld) proof.push(await root(start, end))
  for (const sibling of siblings.reverse()) proof.push(await root(sibling.start, sibling.end))
  return proof
}

/** RFC 6962, section 2.1.1: what leads from leaf `index` to the root over `size` leaves. */
export async function inclusionProof(root: RangeRoot, index: number, size: number): Promise<readonly Buffer[]> {
  let [start, end] = [0, size]
  const siblings: { readonly start: number; readonly end: number }[] = []
  while (end - start > 1) {
    const middle = start + leftSize(end - start)
    if (index < middle) {
      siblings.push({ start: middle, end })
      end = middle
    } else {
      siblings.push({ start, end: middle })
      start = middle
    }
  }
  return Promise.all(siblings.reverse().map((sibling) => root(sibling.start, sibling.end)))
}
