/** A small deterministic generator (mulberry32): a failing fuzz run is repeated by its seed. */
export interface Random {
  /** Integer in [0, below). */
  readonly integer: (below: number) => number
  readonly pick: <T>(items: readonly T[]) => T
  readonly bytes: (length: number) => Buffer
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const integer = (below: number): number => Math.floor(next() * below)
  return {
    integer,
    pick: (items) => {
      const item = items[integer(items.length)]
      if (item === undefined) throw new RangeError('picking from a list: it is empty')
      return item
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => integer(256))),
  }
}
