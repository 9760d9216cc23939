import { hashBytes } from '../../protocol/merkle-hash.ts'
import { finding, type Finding } from './finding.ts'

/** Compares the leaf hashes of two logs: the first record in which they differ. One being shorter is no difference. */
export function firstDifference(one: Buffer, other: Buffer, names: { readonly one: string; readonly other: string }): Finding | undefined {
  const records = Math.min(one.length, other.length) / hashBytes
  for (let seq = 0; seq < records; seq += 1) {
    const start = seq * hashBytes
    if (one.compare(other, start, start + hashBytes, start, start + hashBytes) !== 0) {
      return finding('forked', { seq }, `${names.one} and ${names.other} are one log up to record ${seq - 1} and two from record ${seq} on`)
    }
  }
  return undefined
}
