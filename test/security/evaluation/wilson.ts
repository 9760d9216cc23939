/** A share with its 95 % interval. */
export interface Share {
  readonly count: number
  readonly of: number
  readonly share: number
  readonly low: number
  readonly high: number
}

const z95 = 1.959964

/** Wilson's score interval for a share (Wilson 1927): right for shares near 0 and 1, where the normal one is not. */
export function shareOf(count: number, of: number): Share {
  if (of === 0) return { count, of, share: 0, low: 0, high: 1 }
  const share = count / of
  const square = z95 ** 2 / of
  const middle = (share + square / 2) / (1 + square)
  const half = (z95 * Math.sqrt((share * (1 - share) + square / 4) / of)) / (1 + square)
  return { count, of, share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** A mean with its 95 % interval, by the normal approximation. */
export function meanOf(values: readonly number[]): { readonly mean: number; readonly low: number; readonly high: number } {
  const count = values.length
  if (count === 0) return { mean: 0, low: 0, high: 0 }
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, count - 1)
  const half = z95 * Math.sqrt(variance / count)
  return { mean, low: Math.max(0, mean - half), high: mean + half }
}
