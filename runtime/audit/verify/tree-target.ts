/** A root that somebody attests: at this size the log must have this root. */
export interface TreeTarget {
  readonly size: number
  readonly root: Buffer
  readonly source: 'checkpoint' | 'epoch' | 'seam' | 'anchor'
  /** Leaf hash of record `size - 1`, hexadecimal, unsigned. */
  readonly last?: string
  /** Of an anchor: so many records at the start are vouched for by keys that were destroyed before the anchored one came. */
  readonly vouchedSize?: number
}
